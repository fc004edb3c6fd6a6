"""May it come in? What a visitor wrote is judged before any model sees it."""

from __future__ import annotations

from collections.abc import Sequence

from backend.domain.errors import PersonalDataFound
from backend.domain.ports import PersonalDataFinder
from backend.domain.turn import Asked, PastTurn, Question
from backend.turn.ingress.size import check_size, readable

SENTENCES = {
    "CREDIT_CARD": "This looks like a card number.",
    "IBAN_CODE": "This looks like a bank account.",
    "US_SSN": "This looks like a social security number.",
}
REMEDY = "We did not pass it on or keep it. Take it out and send again."


def admit(asked: Asked, history: Sequence[PastTurn], finder: PersonalDataFinder) -> Question:
    """Return the question as models and records may see it; raise the Refusal that it meets first."""
    check_size(asked.message)
    text = readable(asked.message)
    refuse_personal_data(text, finder)
    return Question(text=text, history=tuple(history), page=asked.page)


def refuse_personal_data(text: str, finder: PersonalDataFinder) -> None:
    """Raise PersonalDataFound, naming the kinds, where the text holds what no assistant should be told."""
    kinds = sorted({finding.kind for finding in finder.find(text)})
    if kinds:
        sentence = SENTENCES.get(kinds[0], "This looks like private data.")
        raise PersonalDataFound(f"{sentence} {REMEDY}", extra={"kinds": kinds})
