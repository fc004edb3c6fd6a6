"""What a site that wants each reply judged first keeps back until it is."""

from __future__ import annotations

from collections.abc import Iterator

from backend.domain.events import Delta, Event


class Held:
    """The text of a reply that a site shows only once it has been judged; elsewhere it holds nothing."""

    def __init__(self, is_wanted: bool) -> None:
        self._is_wanted = is_wanted
        self.deltas: list[Delta] = []

    def all_but_text(self, events: Iterator[Event]) -> Iterator[Event]:
        """Yield the events, but keep the text where that is wanted; of a reply that begins again only the last."""
        for event in events:
            if not self._is_wanted:
                yield event
            elif isinstance(event, Delta):
                self.deltas.append(event)
            else:
                self.deltas.clear()
