"""Staff see who is here and who waits, join, write, and answer by mail; nobody else's words are lost or run."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from backend.console.live import together
from backend.domain.conversation import StoredTurn
from backend.domain.live import LiveEvent
from backend.domain.site import Site
from tests.api.client import Visitor
from tests.console.queued import put_pages
from tests.console.staff import Member, Staff
from tests.contracts.people import NOON

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def visitor(staff: Staff, site: Site) -> Iterator[Visitor]:
    yield Visitor(staff.server.url, site.key)
    Visitor.show_all_out()


def conversation_of(visitor: Visitor, question: str = "Do you ship?") -> str:
    return str(visitor.ask(question)[0].data["conversation"])


def events_of(visitor: Visitor, conversation: str) -> list[tuple[str, str]]:
    shown = visitor.get(f"/v1/conversations/{conversation}").json()
    return [(each["kind"], each["text"]) for each in shown.get("events", [])]


def test_the_list_says_who_is_here_and_who_waits(owner: Member, site: Site, visitor: Visitor) -> None:
    assert "Nobody is here just now" in owner.get(f"{site.key}/live").text
    here = conversation_of(visitor, "Is it open today?")
    visitor.get(f"/v1/conversations/{here}/events")
    gone = conversation_of(visitor, "Where is my order?")
    visitor.post(f"/v1/conversations/{gone}/handoff", {"email": "sam@mail.example", "note": HOSTILE})
    listed = owner.get(f"{site.key}/live").text
    assert re.search(r"Gone, wait for a mail.*Where is my order\?.*Here, reading.*Is it open today\?", listed, re.S)
    shown = owner.get(f"{site.key}/live/{gone}").text
    assert "sam@mail.example" in shown
    assert HOSTILE not in shown
    assert "&lt;img src=x" in shown


def test_a_person_joins_writes_and_leaves(owner: Member, site: Site, visitor: Visitor) -> None:
    talk = conversation_of(visitor)
    owner.post(f"{site.key}/live/{talk}/join")
    page = owner.get(f"{site.key}/live/{talk}").text
    assert "The assistant is silent." in page
    message = re.findall(r'name="message" value="([\w-]+)"', page)[0]
    for _ in range(2):  # pressed twice
        owner.post(f"{site.key}/live/{talk}/say", {"text": "Hello!", "message": message})
    owner.post(f"{site.key}/live/{talk}/say", {"text": "   ", "message": "m2"})
    owner.post(f"{site.key}/live/{talk}/leave")
    assert events_of(visitor, talk) == [("joined", ""), ("message", "Hello!"), ("left", "")]


def test_the_assistant_suggests_what_a_person_may_mend_and_send(
    staff: Staff, owner: Member, site: Site, visitor: Visitor
) -> None:
    put_pages(staff.house.store, site)
    talk = conversation_of(visitor, "How long does delivery to Norway take?")
    owner.post(f"{site.key}/live/{talk}/join")

    page = owner.post(f"{site.key}/live/{talk}/suggest", {"text": "Hello & welcome!"}).text

    field = re.search(r'<textarea[^>]* id="text"[^>]*>([^<]*)</textarea>', page)
    assert field
    assert field[1].startswith("Hello &amp; welcome!\n\n")
    assert "4 to 6 working days" in field[1]
    assert "From shipping.md" in page
    assert [kind for kind, _ in events_of(visitor, talk)] == ["joined"]  # nothing of it was sent
    unknown = conversation_of(visitor, "Who wrote the national anthem?")
    owner.post(f"{site.key}/live/{unknown}/join")
    assert "The pages hold no answer to this." in owner.post(f"{site.key}/live/{unknown}/suggest").text


def test_another_may_take_over_and_whoever_lost_it_loses_no_word(
    staff: Staff, owner: Member, site: Site, visitor: Visitor
) -> None:
    talk, other = conversation_of(visitor), staff.member("reviewer")
    owner.post(f"{site.key}/live/{talk}/join")
    assert other.post(f"{site.key}/live/{talk}/join").status_code == 409
    assert "Take over" in other.get(f"{site.key}/live/{talk}").text
    assert other.post(f"{site.key}/live/{talk}/join", {"take": "1"}).status_code == 303
    late = owner.post(f"{site.key}/live/{talk}/say", {"text": "One moment please", "message": "m1"})
    assert late.status_code == 409
    assert "One moment please</textarea>" in late.text
    owner.post(f"{site.key}/live/{talk}/join", {"take": "1", "text": "One moment please", "message": "m1"})
    assert events_of(visitor, talk)[-1] == ("message", "One moment please")


def test_an_answer_by_mail_says_where_it_went(owner: Member, site: Site, visitor: Visitor) -> None:
    talk = conversation_of(visitor)
    assert owner.post(f"{site.key}/live/{talk}/answer", {"text": "x"}).status_code == 404  # nobody asked
    visitor.post(f"/v1/conversations/{talk}/handoff", {"email": "sam@mail.example"})
    assert "No mail is sent yet" in owner.get(f"{site.key}/live/{talk}").text
    done = owner.post(f"{site.key}/live/{talk}/answer", {"text": "We do."}, follow_redirects=True).text
    assert "No mail was sent to sam@mail.example" in done
    assert events_of(visitor, talk) == [("message", "We do.")]
    assert "Answered today" in done


def test_a_wish_without_an_answer_is_closed_and_opened_again(
    staff: Staff, owner: Member, site: Site, visitor: Visitor
) -> None:
    talk = conversation_of(visitor)
    visitor.post(f"/v1/conversations/{talk}/handoff", {"email": "sam@mail.example"})
    closed = owner.post(f"{site.key}/live/{talk}/settle", follow_redirects=True).text
    assert "The wish for a person is closed." in closed
    assert staff.house.book.handoffs(site, "open") == []
    owner.post(f"{site.key}/live/{talk}/settle", {"state": "open"})
    assert len(staff.house.book.handoffs(site, "open")) == 1


def test_a_viewer_reads_and_writes_nothing(staff: Staff, site: Site, visitor: Visitor) -> None:
    talk, viewer = conversation_of(visitor), staff.member("viewer")
    page = viewer.get(f"{site.key}/live/{talk}").text
    assert "Do you ship?" in page
    assert "<textarea" not in page
    assert "/join" not in page
    assert viewer.get(f"{site.key}/live/unknown").status_code == 404


def test_what_happened_stands_behind_the_turn_that_it_followed() -> None:
    def turn(name: str) -> StoredTurn:
        return StoredTurn(name, "c", name, None, "done", ())

    def event(number: int, after: str) -> LiveEvent:
        return LiveEvent(number, "message", f"e{number}", "MK", "x", after, NOON)

    said = together([turn("t1"), turn("t2")], [event(1, ""), event(2, "t1"), event(3, "t1"), event(4, "t2")])
    order = [each.turn.turn if each.turn else each.event.number if each.event else None for each in said]
    assert order == [1, "t1", 2, 3, "t2", 4]
