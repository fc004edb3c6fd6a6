"""The verdict on a whole reply: what staff should look at, what the visitor is told beside it, what it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from urllib.parse import urlsplit

from backend.domain.findings import Finding
from backend.domain.flags import flag_reason
from backend.domain.knowledge import Found
from backend.domain.outcomes import OUTCOMES
from backend.domain.reply import Reply, Source
from backend.domain.site import Safety, SiteSettings
from backend.domain.turn import Ended, FlagRaised, NoticeKind, Question
from backend.turn.egress.copies import longest_copy
from backend.turn.egress.groundedness import FLAG_BELOW, FLAG_SENTENCE_BELOW, judge_support
from backend.turn.egress.harm import harmful_opening
from backend.turn.egress.language import other_language
from backend.turn.egress.mentions import unsupported_mentions
from backend.turn.egress.numbers import numbers_of, places_of, unsupported_among
from backend.turn.egress.sources import sources_of
from backend.turn.egress.totals import totals_beside

MOST_EVIDENCE = 200  # findings of one kind that staff are shown
MOST_OF_A_PAGE = 4_000  # characters
A_TOTAL = 0.5  # how sure it is that a figure is wrong which adds up
SAID_BEFORE = "what was said before"
CUT_BY_LENGTH = frozenset({"max_tokens", "model_context_window_exceeded"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """`notices` are kinds of the contract, the most serious first; `is_replaced` says that the reply may not stand."""

    flags: tuple[FlagRaised, ...]
    notices: tuple[NoticeKind, ...]
    sources: tuple[Source, ...]
    is_replaced: bool = False


@dataclass(frozen=True, slots=True)
class Seen(Finding):
    """Something in a reply, by a kind of the table of outcomes; `score` is how sure it is that something is wrong."""

    evidence: str = field(default="")


def trust(
    reply: Reply,  # noqa: ARG001 - people answer for it, not its pages
    question: Question,  # noqa: ARG001
    found: Found,  # noqa: ARG001
    ended: Ended,
    settings: SiteSettings,  # noqa: ARG001
    *,
    is_valid: bool,  # noqa: ARG001
    confidence: float | None = None,  # noqa: ARG001
) -> Verdict:
    """Return the verdict on a reply of our team: it stands as it is. The screen has looked at it like at any other."""
    return Verdict((), (), ended.sources)


def judge(
    reply: Reply,
    question: Question,
    found: Found,
    ended: Ended,
    settings: SiteSettings,
    *,
    is_valid: bool,
    confidence: float | None = None,
) -> Verdict:
    """Return the verdict on a reply that has ended; what its answerer says that it quoted are its sources.

    `confidence` is how far it can be believed; its own word where nothing else is known.
    """
    sure = reply.confidence if confidence is None else confidence
    stop_reason = ended.stop_reason
    flags = list(question.flags)
    notices: list[NoticeKind] = []
    if stop_reason in CUT_BY_LENGTH:
        notices.append("truncated")
    elif stop_reason == "refusal":
        flags.append(FlagRaised("refusal"))
    elif not is_valid:
        flags.append(FlagRaised("invalid_reply", f"stop_reason {stop_reason}"))
    elif sure < settings.review.ask_below:
        flags.append(FlagRaised("low_confidence", f"{sure:.2f}"))
    sources = ended.sources or sources_of(reply.message, found)
    seen = list(look_at(reply.message, question, found, settings, sources, is_quoted=ended.is_word_for_word))
    outcomes = {outcome_of(each.kind, settings.safety) for each in seen}
    if "disclaim" in outcomes:
        notices.append("disclaimer")
    return Verdict((*flags, *flags_of(seen)), tuple(notices), sources, is_replaced="replace" in outcomes)


def look_at(
    message: str,
    question: Question,
    found: Found,
    settings: SiteSettings,
    sources: Sequence[Source],
    *,
    is_quoted: bool,
) -> Iterator[Seen]:
    """Yield what is wrong with a reply.

    What was taken word for word from pages is supported by them, whichever of their passages were found, and may be in
    another language than the question: of it only copies of protected pages are looked for.
    """
    return copies(message, found, settings.safety) if is_quoted else look(message, question, found, settings, sources)


def with_doubt(verdict: Verdict, doubt: str, safety: Safety) -> Verdict:
    """Return the verdict with what a second model doubts, empty where it agrees."""
    if not doubt:
        return verdict
    outcome, notices = outcome_of("unconfirmed", safety), verdict.notices
    if outcome == "disclaim" and "disclaimer" not in notices:
        notices = (*notices, "disclaimer")
    flags = (*verdict.flags, FlagRaised("unconfirmed", doubt))
    return replace(verdict, flags=flags, notices=notices, is_replaced=outcome == "replace")


def outcome_of(kind: str, safety: Safety) -> str:
    return safety.outcomes.get(kind, OUTCOMES[kind])


def flags_of(seen: Iterable[Seen]) -> Iterator[FlagRaised]:
    """Yield one flag for each kind of finding, with the evidence of all."""
    for kind, same in groupby(sorted(seen, key=lambda each: list(OUTCOMES).index(each.kind)), lambda each: each.kind):
        yield FlagRaised(flag_reason(kind), ", ".join(each.evidence for each in islice(same, MOST_EVIDENCE)))


def look(
    message: str, question: Question, found: Found, settings: SiteSettings, sources: Sequence[Source] = ()
) -> Iterator[Seen]:
    """Yield what is wrong with the text of a reply, by the kinds of the table of outcomes, with the evidence."""
    own = own_words(settings)
    pages, said = [*pages_of(found), own], list(said_in(question))
    yield from doubtful_numbers(message, question, pages, said)
    for mention in unsupported_mentions(message, pages, said, hosts_of(settings)):
        yield Seen(f"unsupported_{mention.kind}", mention.start, mention.end, 1.0, mention.text)
    if words := harmful_opening(message):
        yield Seen("harmful_opening", 0, len(message), 1.0, words)
    yield from copies(message, found, settings.safety)
    said_before = [turn.question for turn in question.history]
    if languages := other_language(message, question.text, said_before, (settings.persona, *settings.constraints)):
        yield Seen("other_language", 0, len(message), 1.0, "asked in {}, answered in {}".format(*languages))
    if found.passages or found.whole:
        given = [*support_for(found, sources), (SAID_BEFORE, own)]
        yield from weak_support(message, given, [turn.reply.message for turn in question.history])


def doubtful_numbers(message: str, question: Question, pages: Sequence[str], said: Sequence[str]) -> Iterator[Seen]:
    claimed = numbers_of(message)
    numbers = unsupported_among(claimed, pages, said)
    totals = totals_beside(numbers, claimed, question.text)
    places = places_of(numbers, message)
    for number in numbers:
        start, end = places.get(number, (0, len(message)))
        if number in totals:
            yield Seen("reckoned_number", start, end, A_TOTAL, number)
        else:
            yield Seen("unsupported_number", start, end, 1.0, number)


def copies(message: str, found: Found, safety: Safety) -> Iterator[Seen]:
    """Yield the first long copy of each protected document that the answerer was given."""
    texts = [(passage.document, passage.text) for passage in found.passages]
    texts += [(document.key, document.text) for document in found.whole]
    for key, text in texts if safety.protected else ():
        if safety.protects(key) and (place := longest_copy(message, text)):
            yield Seen("protected_copy", *place, 1.0, f"{key} at {place[0]}-{place[1]}")


def weak_support(message: str, pages: Sequence[tuple[str, str]], said: Sequence[str]) -> Iterator[Seen]:
    """Yield what the pages (each with its name) and what was said before carry too little: the whole, and sentences.

    The evidence tells of a sentence how far it is carried and by which page most.
    """
    support, sentences = judge_support(message, [text for _, text in pages], said)
    carriers = [name for name, _ in pages] + [SAID_BEFORE] * len(said)
    names = [carriers[each.carried_by] if each.carried_by is not None else "nothing" for each in sentences]
    told = [f"{one.support:.2f} at {one.start}-{one.end} by {name}" for one, name in zip(sentences, names, strict=True)]
    if support is not None and support < FLAG_BELOW:
        yield Seen("ungrounded", 0, len(message), round(1 - support, 3), "; ".join([f"{support:.2f}", *told]))
    for sentence, evidence in zip(sentences, told, strict=True):
        if sentence.support < FLAG_SENTENCE_BELOW:
            score = round(1 - sentence.support, 3)
            yield Seen("unsupported_sentence", sentence.start, sentence.end, score, evidence)


def hosts_of(settings: SiteSettings) -> list[str]:
    """Return the hosts whose links need no page: the site's own, and those that its owner allows."""
    own = [urlsplit(origin).hostname or "" for origin in settings.origins]
    return [host for host in (*own, *settings.safety.link_hosts) if host]


def support_for(found: Found, sources: Sequence[Source]) -> Iterator[tuple[str, str]]:
    """Yield the pages that a reply may rest on word for word, each with its name; of those that were given whole only
    its sources. The question is no support: whoever repeats it has said nothing yet."""
    for passage in found.passages:
        yield passage.document, f"{passage.title}\n{passage.heading}\n{passage.text}"
    named = {source.id for source in sources}
    for document in found.whole:
        if document.key in named:
            yield document.key, f"{document.title}\n{document.text[:MOST_OF_A_PAGE]}"


def pages_of(found: Found) -> Iterator[str]:
    """Yield every page that a reply may take a fact from, the likeliest first."""
    for passage in found.passages:
        yield f"{passage.title}\n{passage.heading}\n{passage.text}\n{passage.url}"
    for document in found.whole:
        yield f"{document.title}\n{document.text}\n{document.url}"


def said_in(question: Question) -> Iterator[str]:
    """Yield what else a reply may take a fact from: the conversation and the visitor's page. None of it is kept."""
    yield question.text
    for turn in question.history:
        yield turn.question
        yield turn.reply.message
    yield f"{question.page.url}\n{question.page.title}"


def own_words(settings: SiteSettings) -> str:
    """Return what the owner tells every model: the same for every visitor, so that it is read once, as a page is."""
    return "\n".join((settings.name, settings.persona, *settings.constraints))
