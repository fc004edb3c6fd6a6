"""How a reply ends: what is kept of it, and what the visitor is told beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from backend.domain.errors import Failure
from backend.domain.events import Delta, Event, Notice, Replace, Sources
from backend.domain.flags import flag_reason
from backend.domain.knowledge import Found
from backend.domain.reply import Reply
from backend.domain.site import SiteSettings
from backend.domain.turn import Ended, Ending, FlagRaised, NoticeKind, Opening, Opinion, Question
from backend.domain.words import sentence
from backend.turn.egress.confidence import confidence_of
from backend.turn.egress.holding import Hold
from backend.turn.egress.sources import shown_sources
from backend.turn.egress.verdict import Verdict, judge, with_doubt

STOPPED = "stopped"
NOTHING_SEEN = Verdict((), (), ())


class Written(Protocol):
    """A reply as it was written, and the kind of the text that the screen caught in it."""

    @property
    def reply(self) -> Reply | None: ...

    @property
    def caught(self) -> str | None: ...

    @property
    def is_valid(self) -> bool: ...

    def kind_in(self, text: str) -> str | None: ...


class Judge(Protocol):
    """Gives the verdict on a reply, as `judge` does."""

    def __call__(
        self,
        reply: Reply,
        question: Question,
        found: Found,
        ended: Ended,
        settings: SiteSettings,
        *,
        is_valid: bool,
        confidence: float | None = None,
    ) -> Verdict: ...


def conclude(
    written: Written,
    ended: Ended | None,
    notices: tuple[NoticeKind, ...],
    opening: Opening,
    hold: Hold,
    judge: Judge = judge,
    look_again: Callable[[Reply], Opinion] | None = None,
) -> Ending:
    """Judge the whole of a reply that has ended, or was stopped by the visitor (`ended` is None).

    `look_again` asks a second model of a reply that would be shown.
    """
    verdict, opinion = verdict_on(written, ended, opening, judge), None
    if look_again and ended and written.reply and not verdict.is_replaced:
        opinion = look_again(written.reply)
        verdict = with_doubt(verdict, opinion.doubt, opening.asked.site.settings.safety)
    if verdict.is_replaced:
        reply: Reply | None = Reply(sentence("withdrawn", opening.asked.locale), 0.0)
    else:
        reply, notices = written.reply if ended else hold.shown(written.reply), (*notices, *verdict.notices)
    sources, kinds = shown_sources(() if verdict.is_replaced else verdict.sources, written.kind_in)
    in_sources = (FlagRaised(flag_reason(kind), "in a source") for kind in dict.fromkeys(kinds))
    return Ending(
        status="done" if ended else "stopped",
        reply=reply,
        stop_reason=ended.stop_reason if ended else STOPPED,
        is_valid=written.is_valid,
        flags=(*verdict.flags, *in_sources),
        sources=sources,
        notices=notices,
        is_replaced=verdict.is_replaced,
        confidence=confidence_of(reply, opening),
        kind=ended.kind if ended and not verdict.is_replaced else "answer",
        second_look=opinion,
    )


def verdict_on(written: Written, ended: Ended | None, opening: Opening, judge: Judge) -> Verdict:
    if written.caught:
        return Verdict((FlagRaised(flag_reason(written.caught)),), (), (), is_replaced=True)
    if written.reply is None or ended is None:
        return NOTHING_SEEN
    settings = opening.asked.site.settings
    return judge(
        written.reply,
        opening.question,
        opening.found,
        ended,
        settings,
        is_valid=written.is_valid,
        confidence=confidence_of(written.reply, opening),
    )


def break_off(shown: Reply | None, failure: Failure) -> Ending:
    """Return the ending of a reply that could not be finished: what was shown of it stays."""
    return Ending("failed", shown, flags=(FlagRaised("failed", failure.code),), error=failure.code)


def last_events(ending: Ending, held_back: list[Delta], locale: str) -> Iterator[Event]:
    """Yield what a visitor is told before the turn's last event."""
    if ending.is_replaced and ending.reply:
        yield Replace(ending.reply, sentence("withdrawn_reason", locale))
    elif ending.status == "done":
        yield from held_back
    if ending.sources:
        yield Sources(ending.sources)
    for kind in ending.notices:
        yield Notice(kind, sentence(kind, locale))
