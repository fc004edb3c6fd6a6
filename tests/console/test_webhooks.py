"""An owner adds a webhook, sees its secret once, tries it out, and sees what came of it."""

from __future__ import annotations

import re
import time

from backend.domain.site import Site
from tests.console.staff import Member, Staff

HOOK = "https://hooks.invalid/T0/secret-room"  # a name that leads nowhere: what is sent to it waits
WAIT_S = 20.0


def add(owner: Member, site: Site, **form: object) -> str:
    return owner.post(f"{site.key}/webhooks", {"url": HOOK, "form": "generic", **form}).text


def test_the_secret_is_shown_once_and_the_room_is_never_named(owner: Member, site: Site) -> None:
    page = add(owner, site, event=["handoff.requested"])
    (secret,) = set(re.findall(r"whsec_[\w+/=]+", page))
    listed = owner.get(f"{site.key}/webhooks").text
    assert "hooks.invalid" in listed
    assert "A visitor asks for a person" in listed
    assert secret not in listed
    recorded = owner.get(f"{site.key}/audit").text
    assert "Webhook added:" in recorded
    assert "secret-room" not in recorded


def test_a_test_stands_in_the_list_with_what_came_of_it(staff: Staff, owner: Member, site: Site) -> None:
    add(owner, site)
    (hook,) = staff.house.webhooks.webhooks(site)
    sent = owner.post(f"{site.key}/webhooks/{hook.id}/test", follow_redirects=True)
    assert "A test" in sent.text
    deadline = time.monotonic() + WAIT_S
    while "cannot be found" not in (page := owner.get(f"{site.key}/webhooks/{hook.id}").text):
        assert time.monotonic() < deadline, page
        time.sleep(0.1)  # the process for jobs sends it
    assert "1 try" in page


def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(owner: Member, site: Site) -> None:
    answer = owner.post(f"{site.key}/webhooks", {"url": "http://10.0.0.1/x", "form": "slack", "event": ["flag.raised"]})
    assert answer.status_code == 422
    assert 'id="url-error"' in answer.text
    assert "http://10.0.0.1/x" in answer.text
    assert re.search(r'value="slack" selected', answer.text)
    assert len(re.findall(r'name="event"[^>]* checked', answer.text)) == 1


def test_a_webhook_that_was_switched_off_is_switched_on_and_one_is_removed(
    staff: Staff, owner: Member, site: Site
) -> None:
    add(owner, site)
    (hook,) = staff.house.webhooks.webhooks(site)
    staff.house.webhooks.switch_off(hook, "Nothing arrived.")
    assert "Nothing arrived." in owner.get(f"{site.key}/webhooks/{hook.id}").text
    owner.post(f"{site.key}/webhooks/{hook.id}/on")
    assert staff.house.webhooks.webhooks(site)[0].is_on
    removed = owner.post(f"{site.key}/webhooks/{hook.id}/remove", follow_redirects=True)
    assert "The webhook to hooks.invalid is removed." in removed.text
    assert staff.house.webhooks.webhooks(site) == []
    assert owner.get(f"{site.key}/webhooks/{hook.id}").status_code == 404


def test_what_a_receiver_answers_is_shown_as_text(staff: Staff, owner: Member, site: Site) -> None:
    from backend.domain.outgoing import TEST, Tried

    add(owner, site)
    (hook,) = staff.house.webhooks.webhooks(site)
    staff.house.webhooks.switch_off(hook, "x")  # so that nobody else takes what is sent
    staff.house.webhooks.put_on_one(hook, TEST, {})
    (delivery,) = staff.house.webhooks.deliveries(hook, 9)
    staff.house.webhooks.settle(delivery, Tried(False, "<script>alert(1)</script>", 500), None)
    page = owner.get(f"{site.key}/webhooks/{hook.id}").text
    assert "&lt;script&gt;alert(1)" in page
    assert "Not delivered: 500" in page
    again = owner.post(f"{site.key}/webhooks/{hook.id}/again", {"delivery": delivery.id})
    assert again.status_code == 303
    assert staff.house.webhooks.deliveries(hook, 9)[0].state == "waiting"
