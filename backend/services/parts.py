"""The parts of the running product that services need, as one protocol. `backend.app.House` implements it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.domain.ports import (
    ApprovedBook,
    Asker,
    CaseBook,
    CrawlBook,
    DraftBook,
    Embedders,
    EvidenceBook,
    FaultBook,
    GapBook,
    IdentityBook,
    ItemBook,
    JobBook,
    Judge,
    LetterBook,
    Library,
    LiveBook,
    NumberBook,
    PageScreen,
    PassageBook,
    SightingBook,
    SiteBook,
    TraceBook,
    TurnBook,
    VersionBook,
    WebhookBook,
)


class SiteParts(Protocol):
    """The books of all sites, and what looks at their pages."""

    @property
    def sites(self) -> SiteBook: ...

    @property
    def identities(self) -> IdentityBook: ...

    @property
    def passages(self) -> PassageBook: ...

    @property
    def crawls(self) -> CrawlBook: ...

    @property
    def knowledge(self) -> Library: ...

    @property
    def page_screen(self) -> PageScreen: ...

    @property
    def embedders(self) -> Embedders | None: ...

    @property
    def book(self) -> TurnBook: ...

    @property
    def jobs(self) -> JobBook: ...

    @property
    def traces(self) -> TraceBook: ...

    @property
    def sightings(self) -> SightingBook: ...

    @property
    def faults(self) -> FaultBook: ...

    @property
    def gaps(self) -> GapBook: ...

    @property
    def approved(self) -> ApprovedBook: ...

    @property
    def cases(self) -> CaseBook: ...

    @property
    def evidence(self) -> EvidenceBook: ...

    @property
    def items(self) -> ItemBook: ...

    @property
    def numbers(self) -> NumberBook: ...

    @property
    def webhooks(self) -> WebhookBook: ...

    @property
    def live(self) -> LiveBook: ...

    @property
    def letters(self) -> LetterBook: ...

    @property
    def asker(self) -> Asker: ...

    @property
    def judge(self) -> Judge | None:
        """Who judges replies by their rubric; None where no language model is configured."""

    @property
    def keeping_asker(self) -> Asker:
        """Who asks so that the turn is kept like a visitor's."""

    @property
    def drafts(self) -> DraftBook: ...

    @property
    def versions(self) -> VersionBook: ...

    @property
    def in_draft(self) -> SiteParts:
        """The same parts, whose passages and library know drafts, too."""

    def forget_turns(self, turns: Sequence[str]) -> None:
        """Erase the events of these turns wherever running turns are kept."""


class Unheard:
    """Implements the port `Progress` where nobody listens."""

    def passages_compared(self, passages: int) -> None: ...

    def page_settled(self, page: object, settled: int, waiting: int) -> None: ...


UNHEARD = Unheard()
