"""Webhooks of a site: added, tried out, switched on again, removed; and what was sent to each."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.console.api.webhooks import host_of
from backend.console.pages import page
from backend.console.parts import house, where
from backend.console.toasts import done
from backend.console.viewer import at_site, viewer
from backend.domain.audit import Change
from backend.domain.errors import NotFound, SettingsError
from backend.domain.outgoing import EVENTS, FORMS, TEST, Webhook
from backend.domain.site import Site
from backend.services.add_webhook import add_webhook
from backend.services.record_change import by, record_change

door = Blueprint("webhooks", __name__)
AT_ONCE = 50


@door.get("/<key>/webhooks")
def show(key: str) -> Response:
    return _list(at_site(key, "people"))


@door.post("/<key>/webhooks")
def add(key: str) -> Response:
    """Add one; its secret is shown on the page that answers, and never again."""
    site = at_site(key, "people")
    given, events = request.form.get("url", "").strip(), request.form.getlist("event")
    form = request.form.get("form", "generic")
    try:
        made = add_webhook(site, given, form, events, viewer().access.person.email, house())
    except SettingsError as wrong:
        field, _, said = str(wrong).partition(": ")
        return _list(site, 422, given={"url": given[:2000], "form": form, "events": events}, errors={field: said})
    _record("webhook.added", site, made.webhook)
    return page("new-webhook", webhook=made.webhook, secret=made.secret)


@door.get("/<key>/webhooks/<webhook>")
def deliveries(key: str, webhook: str) -> Response:
    site = at_site(key, "people")
    found = _found(site, webhook)
    sent = house().webhooks.deliveries(found, AT_ONCE + 1, request.args.get("after"))
    older = f"/console/{key}/webhooks/{webhook}?after={sent[AT_ONCE - 1].id}" if len(sent) > AT_ONCE else ""
    waits = any(each.state == "waiting" for each in sent[:AT_ONCE])
    return page("webhook", webhook=found, host=host_of(found), sent=sent[:AT_ONCE], older=older, waits=waits)


@door.post("/<key>/webhooks/<webhook>/test")
def test(key: str, webhook: str) -> ResponseOfWerkzeug:
    """Send a test: it stands in the list of deliveries, and is tried again like every other."""
    found = _found(at_site(key, "people"), webhook)
    details = {"note": f"Sent by {viewer().name}"}
    house().webhooks.put_on_one(found, TEST, {"details": details, "page": f"webhooks/{webhook}"})
    return redirect(f"/console/{key}/webhooks/{webhook}", 303)


@door.post("/<key>/webhooks/<webhook>/again")
def again(key: str, webhook: str) -> ResponseOfWerkzeug:
    """Send one delivery once more, under its own id."""
    found = _found(at_site(key, "people"), webhook)
    if not house().webhooks.send_again(found, request.form.get("delivery", "")):
        raise NotFound("delivery: there is none of this webhook that has ended")
    return redirect(f"/console/{key}/webhooks/{webhook}", 303)


@door.post("/<key>/webhooks/<webhook>/on")
def switch_on(key: str, webhook: str) -> ResponseOfWerkzeug:
    site = at_site(key, "people")
    found = _found(site, webhook)
    house().webhooks.switch_on(site, webhook)
    _record("webhook.switched_on", site, found)
    return redirect(f"/console/{key}/webhooks/{webhook}", 303)


@door.post("/<key>/webhooks/<webhook>/remove")
def remove(key: str, webhook: str) -> ResponseOfWerkzeug:
    site = at_site(key, "people")
    found = _found(site, webhook)
    house().webhooks.remove(site, webhook)
    _record("webhook.removed", site, found)
    done("done.webhook_removed", host=host_of(found))
    return redirect(f"/console/{key}/webhooks", 303)


def _list(
    site: Site, status: int = 200, given: dict[str, object] | None = None, errors: dict[str, str] | None = None
) -> Response:
    return page(
        "webhooks",
        status,
        hooks=[(each, host_of(each)) for each in house().webhooks.webhooks(site)],
        events=EVENTS,
        forms=FORMS,
        given=given or {"url": "", "form": "generic", "events": EVENTS},
        errors=errors or {},
        has_errors=bool(errors),
    )


def _found(site: Site, webhook: str) -> Webhook:
    found = house().webhooks.webhook(site, webhook)
    if found is None:
        raise NotFound(f"webhook {webhook[:60]!r}: there is no such webhook")
    return found


def _record(action: str, site: Site, webhook: Webhook) -> None:
    change = Change(action, host_of(webhook), None, None, site.id)
    record_change(change, by(viewer().access, where()), house())
