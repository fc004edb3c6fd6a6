"""A question and its answer become a document of the site: found like every other, and changed in place."""

from __future__ import annotations

import hashlib
import re

from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.knowledge.index import ADDED, Change
from backend.services.keep_documents import keep_documents
from backend.services.parts import SiteParts

FOLDER = "answers/"
LONGEST_NAME = 60
NOT_A_WORD = re.compile(r"[\W_]+")


def answer_question(site: Site, question: str, answer: str, parts: SiteParts, key: str = "") -> str:
    """Put a question with its answer into the site's pages, in place of the document `key` where it is one; return
    the document's key."""
    asked = " ".join(question.split())
    named = key if is_answer(key) else key_of(asked)
    document = Document(named, asked, "", f"# {asked}\n\n{answer.strip()}")
    keep_documents(site, Change([document], ADDED), parts)
    return named


def is_answer(key: str) -> bool:
    return key.startswith(FOLDER)


def read_answer(document: Document) -> tuple[str, str]:
    """Return the question and the answer of such a document."""
    return document.title, document.text.partition("\n\n")[2]


def key_of(question: str) -> str:
    """Return the key under which a question's answer stands: readable, and another for every other question."""
    name = NOT_A_WORD.sub("-", question.lower()).strip("-")[:LONGEST_NAME].rstrip("-")
    return f"{FOLDER}{name}-{hashlib.sha256(question.casefold().encode()).hexdigest()[:8]}"
