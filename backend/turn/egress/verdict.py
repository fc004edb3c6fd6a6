"""The verdict on a whole reply: what staff should look at, what the visitor is told beside it, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backend.domain.knowledge import Found
from backend.domain.reply import Reply, Source
from backend.domain.turn import Ended, FlagRaised, Question
from backend.turn.egress.numbers import unsupported_numbers
from backend.turn.egress.sources import sources_of

LOW_CONFIDENCE = 0.5
CUT_BY_LENGTH = frozenset({"max_tokens", "model_context_window_exceeded"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """`notices` are kinds of the contract, the most serious first."""

    flags: tuple[FlagRaised, ...]
    notices: tuple[str, ...]
    sources: tuple[Source, ...]


def judge(reply: Reply, question: Question, found: Found, ended: Ended, *, is_valid: bool) -> Verdict:
    """Return the verdict on a reply that has ended; what its answerer says that it quoted are its sources."""
    stop_reason = ended.stop_reason
    flags = list(question.flags)
    notices = []
    if stop_reason in CUT_BY_LENGTH:
        notices.append("truncated")
    elif stop_reason == "refusal":
        flags.append(FlagRaised("refusal"))
    elif not is_valid:
        flags.append(FlagRaised("invalid_reply", f"stop_reason {stop_reason}"))
    elif reply.confidence < LOW_CONFIDENCE:
        flags.append(FlagRaised("low_confidence", f"{reply.confidence:.2f}"))
    if numbers := unsupported_numbers(reply.message, material_of(question, found)):
        flags.append(FlagRaised("unsupported_number", ", ".join(numbers)))
        notices.append("disclaimer")
    return Verdict(tuple(flags), tuple(notices), ended.sources or sources_of(reply.message, found))


def material_of(question: Question, found: Found) -> Iterator[str]:
    """Yield every text that a reply may take a fact from, the likeliest first."""
    for passage in found.passages:
        yield f"{passage.title}\n{passage.heading}\n{passage.text}"
    yield question.text
    for turn in question.history:
        yield turn.question
        yield turn.reply.message
    for document in found.whole:
        yield f"{document.title}\n{document.text}"
