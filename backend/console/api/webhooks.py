"""Webhooks: listed, added (the secret is shown once), removed, and what was sent to each."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from backend.console.api.callers import note, person, site_for
from backend.console.api.shapes import body, listing, moment, most_wanted, page_of
from backend.console.parts import house
from backend.domain.errors import InvalidRequest, NotFound, SettingsError
from backend.domain.outgoing import Delivery, Webhook
from backend.services.add_webhook import add_webhook

door = Blueprint("webhooks", __name__)


@door.get("/sites/<key>/webhooks")
def show(key: str) -> Response:
    return listing(list(map(webhook_shape, house().webhooks.webhooks(site_for(key, "people")))))


@door.post("/sites/<key>/webhooks")
def add(key: str) -> tuple[Response, int]:
    site, given = site_for(key, "people"), body()
    events = given.get("events", [])
    if not isinstance(events, list):
        raise InvalidRequest("events: must be a list of names")
    try:
        made = add_webhook(
            site,
            str(given.get("url", "")),
            str(given.get("form", "generic")),
            list(map(str, events)),
            person(),
            house(),
        )
    except SettingsError as wrong:
        raise InvalidRequest(str(wrong)) from None
    note("webhook.added", site, host_of(made.webhook))
    return jsonify({**webhook_shape(made.webhook), "secret": made.secret}), 201


@door.delete("/sites/<key>/webhooks")
def remove(key: str) -> tuple[str, int]:
    """Remove the webhook with `?id=`."""
    site_for(key, "people")
    if not (given := request.args.get("id", "")):
        raise InvalidRequest("id: missing; send ?id= with the id of a webhook")
    return remove_one(key, given)


@door.delete("/sites/<key>/webhooks/<webhook>")
def remove_one(key: str, webhook: str) -> tuple[str, int]:
    site = site_for(key, "people")
    found = house().webhooks.webhook(site, webhook)
    if found is None or not house().webhooks.remove(site, webhook):
        raise NotFound(f"webhook {webhook[:60]!r}: there is no such webhook")
    note("webhook.removed", site, host_of(found))
    return "", 204


@door.get("/sites/<key>/webhooks/<webhook>/deliveries")
def deliveries(key: str, webhook: str) -> Response:
    site, most = site_for(key, "people"), most_wanted()
    found = house().webhooks.webhook(site, webhook)
    if found is None:
        raise NotFound(f"webhook {webhook[:60]!r}: there is no such webhook")
    sent = house().webhooks.deliveries(found, most + 1, request.args.get("after"))
    shown, after = page_of(sent, most, lambda each: each.id)
    return listing(list(map(delivery_shape, shown)), after)


def webhook_shape(webhook: Webhook) -> dict[str, object]:
    return {
        "id": webhook.id,
        "url": webhook.url,
        "form": webhook.form,
        "events": list(webhook.events),
        "is_on": webhook.is_on,
        "note": webhook.note,
        "by": webhook.made_by,
        "at": moment(webhook.made_at),
    }


def delivery_shape(delivery: Delivery) -> dict[str, object]:
    return {
        "id": delivery.id,
        "event": delivery.event,
        "state": delivery.state,
        "tries": delivery.tries,
        "status": delivery.status,
        "answer": delivery.answer,
        "at": moment(delivery.created_at),
        "next_at": moment(delivery.next_at) if delivery.state == "waiting" else None,
        "ended_at": moment(delivery.ended_at),
    }


def host_of(webhook: Webhook) -> str:
    """Return what may be told of an address: a chat room's path is its password."""
    return urlsplit(webhook.url).hostname or ""
