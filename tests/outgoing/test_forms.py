"""An event reads well in each receiver's form, and what a visitor wrote stays plain text in all of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from backend.domain.outgoing import EVENTS, FORMS, TEST, Form
from backend.outgoing.forms import Told, body_of

HOSTILE = "<!channel> & *bold* [link](https://evil.example) <https://evil.example|Deskbell>"


def told(event: str = "handoff.requested", locale: str = "en", **details: Any) -> Told:
    link = "https://chat.example/console/pk_tea/live/c1"
    return Told("msg_1", event, "2026-05-01T12:00:00Z", "pk_tea", "Tea & <Co>", locale, link, details)


def read(form: Form, what: Told) -> Any:
    return json.loads(body_of(form, what))


def test_the_form_of_our_own_says_all_of_it() -> None:
    assert read("generic", told(question="Is it here?")) == {
        "id": "msg_1",
        "type": "handoff.requested",
        "at": "2026-05-01T12:00:00Z",
        "site": "pk_tea",
        "data": {"question": "Is it here?", "link": "https://chat.example/console/pk_tea/live/c1"},
    }


def test_slack_wakes_nobody_and_links_nothing_that_a_visitor_wrote() -> None:
    message = read("slack", told(question=HOSTILE))
    assert message["text"] == "Tea &amp; &lt;Co&gt;: a visitor asks for a person"
    marked = [block["text"] for block in message["blocks"] if block.get("text", {}).get("type") == "mrkdwn"]
    assert [each["text"] for each in marked] == [f"*{message['text']}*"]
    plain = [block["text"]["text"] for block in message["blocks"] if block.get("text", {}).get("type") == "plain_text"]
    assert plain == [HOSTILE]
    assert message["blocks"][-1]["elements"][0]["url"].endswith("/live/c1")


def test_teams_shows_a_card_in_which_nothing_is_marked_up() -> None:
    message = read("teams", told(question=HOSTILE))
    card = message["attachments"][0]["content"]
    assert message["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert "[link](" not in card["body"][1]["text"]
    assert card["actions"][0]["url"].endswith("/live/c1")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("locale", ["en", "de-AT", "xx"])
def test_every_event_can_be_told_in_every_form_and_language(form: Form, locale: str) -> None:
    for event in (*EVENTS, TEST):
        assert read(form, told(event, locale))


@pytest.mark.parametrize("form", ["slack", "teams"])
def test_a_chat_room_gets_no_endless_text(form: Form) -> None:
    assert len(body_of(form, told(question="x" * 50_000))) < 3_000
