"""What is due to go out is sent: events to webhooks, letters to the mail server. The process for jobs asks for it."""

from __future__ import annotations

import re
from datetime import timedelta

import structlog

from backend.domain.outgoing import DueLetter, Letter, Parcel, Tried
from backend.domain.site import Site
from backend.outgoing.forms import Told, body_of
from backend.outgoing.rules import read_rules
from backend.outgoing.signing import signed_headers
from backend.services.outgoing_parts import OutgoingParts
from backend.services.recover_password import maybe_written
from backend.services.write_letter import owners_of, write_letter

log = structlog.get_logger("outgoing")
UNWANTED = "The receiver answered 410: it wants no more."
NOBODYS = Tried(False, "nobody has this address", may_pass=False)
FAILING = "Nothing has arrived for five days."


def send_due(parts: OutgoingParts) -> int:
    """Send what is due; return how many tries that took."""
    return post_due(parts) + mail_due(parts)


def post_due(parts: OutgoingParts) -> int:
    """Tell webhooks what is due."""
    rules = read_rules()
    parcels = parts.webhooks.take_due(rules.at_once, parts.time() + timedelta(seconds=rules.taken_for_s))
    for parcel in parcels:
        _settle(parcel, _post(parcel, parts), parts)
    return len(parcels)


def mail_due(parts: OutgoingParts) -> int:
    """Hand in the letters that are due, over one connection; none where no mail server is set."""
    mailer, rules = parts.mailer, read_rules()
    if mailer is None:
        return 0
    due = parts.letters.take_due(rules.at_once, parts.time() + timedelta(seconds=rules.taken_for_s))
    taken = {each.letter.id: each for each in due}
    written = []
    for each in due:
        if letter := maybe_written(each.letter, parts):
            written.append(letter)
        else:
            _keep(each, each.letter, NOBODYS, parts)
    if written:
        mailer.send(written, lambda letter, tried: _keep(taken[letter.id], letter, tried, parts))
    return len(due)


def _post(parcel: Parcel, parts: OutgoingParts) -> Tried:
    site = parts.sites.with_id(parcel.webhook.site_id)
    if site is None:
        return Tried(False, "the site is no more", may_pass=False)
    body = body_of(parcel.webhook.form, _told(parcel, site, parts.public_url))
    headers = signed_headers(parcel.secret, parcel.delivery.id, int(parts.time().timestamp()), body)
    return parts.poster.post(parcel.webhook.url, headers, body)


def _told(parcel: Parcel, site: Site, public_url: str) -> Told:
    told, delivery = parcel.told, parcel.delivery
    page, details = str(told.get("page") or ""), told.get("details")
    return Told(
        id=delivery.id,
        event=delivery.event,
        at=f"{delivery.created_at:%Y-%m-%dT%H:%M:%S}Z",
        site=site.key,
        name=site.settings.name,
        locale=site.settings.locale,
        link=f"{public_url}/console/{site.key}/{page}" if page else "",
        details=details if isinstance(details, dict) else {},
    )


def _settle(parcel: Parcel, tried: Tried, parts: OutgoingParts) -> None:
    delivery, rules = parcel.delivery, read_rules()
    next_at = rules.next_try(delivery.created_at, parts.time(), delivery.tries + 1, tried)
    parts.webhooks.settle(delivery, tried, next_at)
    if not tried.has_arrived:
        log.warning("webhook.not_delivered", webhook=delivery.webhook, delivery=delivery.id, status=tried.status)
        _maybe_switch_off(parcel, tried, parts)


def _maybe_switch_off(parcel: Parcel, tried: Tried, parts: OutgoingParts) -> None:
    """Switch a webhook off that wants no more, or that nothing has reached for days; its owners get a letter."""
    since = parts.webhooks.failing_since(parcel.webhook)
    has_failed_long = since is not None and parts.time() - since >= timedelta(seconds=read_rules().off_after_s)
    if not tried.is_unwanted and not has_failed_long:
        return
    parts.webhooks.switch_off(parcel.webhook, UNWANTED if tried.is_unwanted else FAILING)
    site = parts.sites.with_id(parcel.webhook.site_id)
    for owner in owners_of(site, parts) if site else ():
        host = re.sub(r"^https?://([^/?#]+).*", r"\1", parcel.webhook.url)
        link = f"{parts.public_url}/console/{site.key}/webhooks" if site else ""
        write_letter("webhook_off", owner, parts, site=site, key=f"{parcel.webhook.id} {since}", host=host, link=link)


def _keep(due: DueLetter, letter: Letter, tried: Tried, parts: OutgoingParts) -> None:
    next_at = read_rules().next_try(due.created_at, parts.time(), due.tries + 1, tried)
    parts.letters.settle(letter.id, tried, next_at)
    if not tried.has_arrived and tried is not NOBODYS:
        log.warning("letter.not_sent", letter=letter.id, kind=letter.kind, status=tried.status)
