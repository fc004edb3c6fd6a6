"""Work that would hold up the event loop, done beside it in gevent's threads."""

from __future__ import annotations

from collections.abc import Sequence

import gevent

from backend.domain.ports import Finding, PersonalDataFinder

SHORT = 500  # characters: below it the change of thread costs more than the work


class OffTheLoop:
    """A finder of personal data whose longer texts do not stall other visitors' streams."""

    def __init__(self, finder: PersonalDataFinder) -> None:
        self._finder = finder

    def find(self, text: str) -> Sequence[Finding]:
        if len(text) <= SHORT:
            return self._finder.find(text)
        found: Sequence[Finding] = gevent.get_hub().threadpool.apply(self._finder.find, (text,))
        return found
