"""Hold mode: a site may keep each reply back until it has been judged."""

from __future__ import annotations

from collections.abc import Iterator

from backend.domain.events import Delta, Event
from backend.domain.reply import Reply


class Hold:
    """Keeps the text of a reply back until it has been judged, where a site wants that; elsewhere it keeps nothing."""

    def __init__(self, is_wanted: bool) -> None:
        self._is_wanted = is_wanted
        self.deltas: list[Delta] = []

    def all_but_text(self, events: Iterator[Event]) -> Iterator[Event]:
        """Yield the events; where the text is kept back, keep it, and drop it where the reply begins anew."""
        for event in events:
            if not self._is_wanted:
                yield event
            elif isinstance(event, Delta):
                self.deltas.append(event)
            else:
                self.deltas.clear()

    def shown(self, part: Reply | None) -> Reply | None:
        """Return what a visitor has seen of a reply that was not judged: nothing of one that is kept back."""
        return None if self._is_wanted else part
