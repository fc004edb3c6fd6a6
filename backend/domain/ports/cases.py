"""The book of cases, and who asks a question without a visitor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from backend.domain.cases import Case, CaseResult, CaseRun, Expected, Judged, State, Trial
from backend.domain.events import Event
from backend.domain.site import Site
from backend.domain.trace import Made
from backend.domain.turn import Asked


class CaseBook(Protocol):
    """Saved questions and their runs (implemented by store); what they say is encrypted at rest."""

    def cases(self, site: Site) -> Sequence[Case]:
        """Return every case of a site, oldest first."""

    def add(self, site: Site, expected: Expected, by: str) -> Case: ...

    def remove(self, site: Site, case: int) -> bool:
        """Remove a case; False where the site has none of this id."""

    def begin_run(self, site: Site, run: str, on: State) -> None:
        """Keep that a run has begun; one that is begun again starts anew."""

    def end_run(self, site: Site, run: str, results: Sequence[CaseResult]) -> None: ...

    def keep_judged(self, site: Site, run: str, results: Sequence[CaseResult]) -> None:
        """Keep what was judged of a run that has ended."""

    def run(self, site: Site, run: str) -> CaseRun | None: ...

    def last_runs(self, site: Site) -> dict[State, CaseRun]:
        """Return the last run that has ended, on the draft and on what is live."""


class Judge(Protocol):
    """A language model that judges a reply (implemented by app)."""

    def judge(self, site: Site, question: str, rubric: str, reply: str) -> Judged:
        """Return whether a reply does what its owner wants; raise a Failure where the model cannot be had."""


class Asker(Protocol):
    """Asks a question as a visitor would, through the whole corridor."""

    def ask(self, site: Site, question: str) -> Trial:
        """Return what came of it; a refusal or failure is in the trial, and not raised. Nothing of it is kept."""

    def make(self, site: Site, question: str) -> Made:
        """Return what made the answer, and the answer; raise a Refusal. Nothing of it is kept."""

    def tell(self, asked: Asked) -> Iterator[Event | Made]:
        """Yield the events of a turn that is kept, and before the last one what made it; raise a Refusal first.

        Whoever leaves before the end stops the turn, which is ended in the book.
        """
