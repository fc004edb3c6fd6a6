"""What do we know? The passages that may answer the question."""

from __future__ import annotations

from backend.domain.knowledge import Found
from backend.domain.ports import Library
from backend.domain.site import Site
from backend.domain.turn import Question

MOST_DOCUMENTS = 6
ENOUGH = 0.35  # a confidence below which the question alone is taken for a follow-up of the one before


def find_passages(question: Question, site: Site, library: Library) -> Found:
    """Return what the site's pages say to this question, read with the one before it where alone it finds little."""
    found = library.search(site, question.text, most=MOST_DOCUMENTS)
    if found.confidence >= ENOUGH or not question.history:
        return found
    in_context = f"{question.history[-1].question}\n{question.text}"
    with_context = library.search(site, in_context, most=MOST_DOCUMENTS)
    return with_context if with_context.confidence > found.confidence else found
