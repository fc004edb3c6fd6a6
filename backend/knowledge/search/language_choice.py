"""Of pages that answer alike, the one in the audience's language comes first.

Rules: the question's own language counts where its words tell, else the audience's; a page whose language is not
known is never put back; a site in one language is left as it is; nothing is left out, and the best page of all stays
among the first few also where it is in another language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from backend.domain.knowledge import Audience, Hit
from backend.knowledge.index import detect_language

OTHER_LANGUAGE = 0.85  # of its score: a translation comes behind, a page that answers clearly better does not
FIRST_FEW = 3


def in_language(hits: Sequence[Hit], question: str, audience: Audience, languages: Mapping[str, str]) -> Sequence[Hit]:
    """Return the hits in the order for this audience."""
    wanted = (detect_language(question) or audience.language) if audience.language else ""
    known = {languages[hit.passage.document] for hit in hits if hit.passage.document in languages}
    if wanted not in known or len(known) < 2:
        return hits
    weighed = [
        hit
        if languages.get(hit.passage.document, wanted) == wanted
        else replace(hit, score=round(hit.score * OTHER_LANGUAGE, 4))
        for hit in hits
    ]
    best = weighed[0]
    ordered = sorted(weighed, key=lambda hit: -hit.score)
    if best not in ordered[:FIRST_FEW]:
        ordered.remove(best)
        ordered.insert(FIRST_FEW - 1, replace(best, score=ordered[FIRST_FEW - 2].score))
    return ordered
