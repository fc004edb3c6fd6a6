"""What visitors answer to our letters comes back into their conversations, where an inbox is configured.

Rules: a mail belongs to the conversation that its address names, with our mark, and only where its sender has left that
address there. Nothing else is heard: no mail of a program, none of a stranger. What came is a question for a person: it
stands in the conversation, without the personal data that no question may bring in, and the team is told of it as of
every wish.
"""

from __future__ import annotations

import hashlib

import structlog

from backend.domain.errors import NotFound, TurnConflict
from backend.domain.knowledge import Found
from backend.domain.reply import Usage
from backend.domain.site import Site
from backend.domain.turn import Asked, Model, Opening, Outcome, Question, Route, Timings, TurnStatus
from backend.outgoing.inbox import InboxAway
from backend.outgoing.incoming import Incoming, read_mail
from backend.services.hand_over import hand_over
from backend.services.hide_personal_data import hide_what_is_not_kept
from backend.services.review_parts import ReviewParts

log = structlog.get_logger("inbox")
BY_MAIL = "by_mail"
FOR_PERSON: TurnStatus = "for_person"
LONGEST = 4_000


def take_mail(parts: ReviewParts) -> int:
    """Take what lies unread in the inbox; return how many mails came into a conversation."""
    inbox = parts.inbox
    if inbox is None:
        return 0
    came: list[bool] = []
    try:
        inbox.take(lambda raw: came.append(take_one(raw, parts)))
    except InboxAway as problem:
        log.warning("inbox.away", problem=str(problem))
    return sum(came)


def take_one(raw: bytes, parts: ReviewParts) -> bool:
    """Put a mail into its conversation; return whether it belongs into one."""
    mail = read_mail(raw)
    if mail is None or mail.is_automatic or not mail.text:
        log.info("inbox.passed_over", why="automatic" if mail and mail.is_automatic else "unreadable")
        return False
    found = conversation_of(mail, parts)
    if found is None:
        log.info("inbox.passed_over", why="nobody_of_ours")
        return False
    site, visitor, conversation = found
    turn = hashlib.sha256(raw).hexdigest()[:32]  # a mail that is taken twice is there once
    text = hide_what_is_not_kept(mail.text[:LONGEST], site, parts)
    if not ask(site, visitor, conversation, turn, text, parts):
        return False
    hand_over(site, conversation, mail.sender, "", parts)
    log.info("inbox.taken", site=site.key, conversation=conversation)
    return True


def conversation_of(mail: Incoming, parts: ReviewParts) -> tuple[Site, str, str] | None:
    """Return the conversation that a mail answers to, with its site and visitor; None for a stranger's."""
    named = parts.conversations_of(mail.recipients)
    owner = parts.book.conversation_owner(named[0]) if len(named) == 1 else None
    site = parts.sites.with_id(owner[0]) if owner else None
    if site is None or owner is None:
        return None
    known = {each.email.lower() for each in parts.book.handoffs(site, conversation=named[0])}
    return (site, owner[1], named[0]) if mail.sender in known else None


def ask(site: Site, visitor: str, conversation: str, turn: str, text: str, parts: ReviewParts) -> bool:
    """Keep a question that a person is to answer; False where it is there already, or the conversation is gone."""
    asked = Asked(turn, site, visitor, conversation, text, "", is_new_conversation=False, locale=site.settings.locale)
    nobody = Route(Model(""), BY_MAIL)
    try:
        parts.book.begin(Opening(asked, Question(text), nobody, Found((), 1.0), Timings()))
    except (TurnConflict, NotFound):
        return False
    parts.book.end(turn, Outcome(FOR_PERSON, None, FOR_PERSON, True, (), (), (), Usage(), Timings()))
    return True
