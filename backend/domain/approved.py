"""Answers that our team has given: served again to the same question, without a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from backend.domain.reply import Reply

ApprovedState = Literal["serving", "page_changed"]
"""`page_changed`: a page that it rested on reads otherwise now; it is not served until somebody approves it again."""

MODEL = "approved"
"""What stands in the place of a model's name for a reply of ours."""


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """A question that the answer is for, and the document that the search put first for it; empty where none was."""

    question: str
    page: str


@dataclass(frozen=True, slots=True)
class NewApproved:
    """An answer to be kept. `pages` has the documents that it rests on, each with its digest."""

    reply: Reply
    phrasings: Sequence[AskedBefore]
    pages: Mapping[str, str]
    by: str
    item: int | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    """An answer that is kept. `served` counts how often visitors got it, `item` is what it was decided on."""

    id: int
    site_id: int
    reply: Reply
    phrasings: Sequence[AskedBefore]
    pages: Mapping[str, str]
    state: ApprovedState
    by: str
    at: datetime
    item: int | None
    served: int
