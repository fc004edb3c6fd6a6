"""Answers that our team has given: their book, and who finds the one for a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from backend.domain.approved import Approved, AskedBefore, NewApproved
from backend.domain.knowledge import Found
from backend.domain.turn import Asked, Question


class ApprovedBook(Protocol):
    """Answers that are served again (implemented by store); what they say is encrypted at rest."""

    def stamp(self, site_id: int) -> str:
        """Return what changes whenever an answer of this site comes, goes or ends; empty where there is none."""

    def answers(self, site_id: int) -> Sequence[Approved]:
        """Return every answer of a site, the newest first."""

    def add(self, site_id: int, new: NewApproved) -> Approved: ...

    def remove(self, site_id: int, approved: int) -> bool:
        """Serve an answer no more; False where there is none with this id."""

    def forget(self, site_id: int, approved: int, question: AskedBefore) -> bool:
        """Serve an answer no more to one of its questions, once where it has it twice; with its last one the answer
        goes, and True is returned."""

    def page_changed(self, site_id: int, approved: int) -> bool:
        """Keep that a page it rested on reads otherwise; False where that is known already."""

    def was_served(self, site_id: int, approved: int) -> None: ...


class FindsApproved(Protocol):
    """Finds the answer of our team that a question has already."""

    def __call__(self, asked: Asked, question: Question, found: Found) -> Approved | None:
        """Return the answer to this very question, None where there is none for certain."""
