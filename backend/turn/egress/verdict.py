"""The verdict on a whole reply: what staff should look at, what the visitor is told beside it, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.domain.knowledge import Found
from backend.domain.outcomes import OUTCOMES
from backend.domain.reply import Reply, Source
from backend.domain.site import Safety
from backend.domain.turn import Ended, FlagRaised, Question
from backend.turn.egress.groundedness import FLAG_BELOW, support_of
from backend.turn.egress.harm import harmful_opening
from backend.turn.egress.numbers import unsupported_numbers
from backend.turn.egress.sources import sources_of

LOW_CONFIDENCE = 0.5
LEAST_TO_SUPPORT = 80  # characters: a greeting or a short "no" rests on no page
MOST_OF_A_PAGE = 4_000  # characters
CUT_BY_LENGTH = frozenset({"max_tokens", "model_context_window_exceeded"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """`notices` are kinds of the contract, the most serious first; `is_replaced` says that the reply may not stand."""

    flags: tuple[FlagRaised, ...]
    notices: tuple[str, ...]
    sources: tuple[Source, ...]
    is_replaced: bool = False


def judge(reply: Reply, question: Question, found: Found, ended: Ended, safety: Safety, *, is_valid: bool) -> Verdict:
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
    sources = ended.sources or sources_of(reply.message, found)
    findings = list(findings_in(reply.message, question, found, sources))
    outcomes = {outcome_of(finding.reason, safety) for finding in findings}
    if "disclaim" in outcomes:
        notices.append("disclaimer")
    return Verdict((*flags, *findings), tuple(notices), sources, is_replaced="replace" in outcomes)


def outcome_of(kind: str, safety: Safety) -> str:
    return safety.outcomes.get(kind, OUTCOMES[kind])


def findings_in(message: str, question: Question, found: Found, sources: Sequence[Source] = ()) -> Iterator[FlagRaised]:
    """Yield what is wrong with the text of a reply, by the kinds of the table of outcomes, with the evidence."""
    if numbers := unsupported_numbers(message, material_of(question, found)):
        yield FlagRaised("unsupported_number", ", ".join(numbers))
    if words := harmful_opening(message):
        yield FlagRaised("harmful_opening", words)
    if (found.passages or found.whole) and len(message) >= LEAST_TO_SUPPORT:
        support = support_of(message, support_for(question, found, sources))
        if support < FLAG_BELOW:
            yield FlagRaised("ungrounded", f"{support:.2f}")


def support_for(question: Question, found: Found, sources: Sequence[Source]) -> Iterator[str]:
    """Yield what a reply may rest on word for word; of pages that were given whole only its sources, since the score
    takes its time with each character."""
    yield question.text
    for turn in question.history:
        yield turn.reply.message
    for passage in found.passages:
        yield f"{passage.title}\n{passage.heading}\n{passage.text}"
    named = {source.id for source in sources}
    for document in found.whole:
        if document.key in named:
            yield f"{document.title}\n{document.text[:MOST_OF_A_PAGE]}"


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
