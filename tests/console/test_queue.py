"""The queue's page without script: filtered, decided, taken back, taken and let go."""

from __future__ import annotations

import re

import pytest

from backend.domain.events import Delta, Done, Replace, Start
from backend.domain.reply import Reply, Usage
from backend.domain.site import Site
from backend.domain.timeline import Seen, record
from tests.console.queued import put_pages, waits
from tests.console.staff import Member, Staff
from tests.contracts.items import item_of, open_items


@pytest.fixture
def reviewer(staff: Staff) -> Member:
    return staff.member("reviewer")


def rows(page: str) -> list[str]:
    return re.findall(r'class="it"[^>]*><b dir="auto">([^<]*)</b>', page)


def test_doubtful_replies_stand_in_order_and_the_first_beside_them(staff: Staff, site: Site, reviewer: Member) -> None:
    put_pages(staff.house.store, site)
    waits(staff.house.store, site, "What does 3-season mean?", "sample")
    waits(staff.house.store, site, "Is the Skarn guaranteed?", "unsupported_number", "thumbs_down")

    page = reviewer.get(f"{site.key}/queue").text

    assert 'data-page="queue"' in page
    assert rows(page) == ["Is the Skarn guaranteed?", "What does 3-season mean?"]
    assert "Likely to do harm" in page
    assert "By lot, to measure what flags miss" in page
    assert "Supported by 1" in page
    assert "on “Your orders”, in English (AU)." in page
    assert '<mark class="x">80</mark>' in page
    assert "Passage 2 says: “Norway and Switzerland: $14, free for orders over $120.”" in page
    assert '<span class="count">2</span>' in page


def test_what_made_a_reply_stands_beside_it_with_its_prompt(staff: Staff, site: Site, reviewer: Member) -> None:
    put_pages(staff.house.store, site)
    turn = waits(staff.house.store, site, "Is the Skarn guaranteed?", "unsupported_number")
    item = item_of(staff.house.store, site, turn)

    page = reviewer.get(f"{site.key}/queue/{item.id}").text
    prompt = reviewer.get(f"{site.key}/queue/{item.id}/prompt").text

    for told in ("Version 1", "120 / 45", "250 ms", "900 ms", f"queue/{item.id}/prompt"):
        assert told in page
    assert "$0.0" not in page  # what it cost is for those who may see money
    assert "Seams and zips of Skarn and Corrie shells" in prompt
    assert "Is the Skarn guaranteed?" in prompt


def test_a_decided_reply_comes_back_to_somebody_else_as_if_it_waited(
    staff: Staff, site: Site, reviewer: Member
) -> None:
    store, other = staff.house.store, staff.member("reviewer")
    item = item_of(store, site, waits(store, site, "Is the jacket warm?"))
    waits(store, site, "Is the tent light?")
    reviewer.post(f"{site.key}/queue/{item.id}/decide", {"decision": "right", "note": "a secret"})

    page = other.get(f"{site.key}/queue/{item.id}?show=history").text
    mine = reviewer.get(f"{site.key}/queue/{item.id}?show=history").text

    assert sorted(rows(page)) == ["Is the jacket warm?", "Is the tent light?"]
    assert "a secret" not in page
    assert "Take it back" not in page
    assert 'name="decision" value="right"' in page
    assert "a secret" in mine
    assert rows(mine) == ["Is the tent light?"]
    assert other.post(f"{site.key}/queue/{item.id}/decide", {"decision": "abuse"}).status_code == 303
    assert set(item_of(store, site, item.turn).reasons) >= {"disagreement"}
    assert "a secret" in other.get(f"{site.key}/queue/{item.id}?show=history").text


def test_a_decision_leads_on_and_is_taken_back(staff: Staff, site: Site, reviewer: Member) -> None:
    store = staff.house.store
    turns = [waits(store, site, f"Is thing{number} fine?") for number in range(3)]
    one, two, three = (item_of(store, site, turn) for turn in turns)
    form = {"decision": "corrected", "reply": "It is.", "note": "seen", "also": [str(two.id)], "next": str(three.id)}

    answer = reviewer.post(f"{site.key}/queue/{one.id}/decide", form)

    assert (answer.status_code, answer.headers["location"]) == (303, f"/console/{site.key}/queue/{three.id}")
    assert "2 replies are corrected." in reviewer.get(f"{site.key}/queue/{three.id}").text
    assert [each.item.id for each in open_items(store, site)] == [three.id]
    history = reviewer.get(f"{site.key}/queue/{one.id}?show=history").text
    assert "“seen”" in history
    assert reviewer.post(f"{site.key}/queue/{one.id}/undo").status_code == 303
    assert len(open_items(store, site)) == 3
    assert "<s>Corrected</s>" in reviewer.get(f"{site.key}/queue/{one.id}?show=history").text


def test_a_correction_without_words_is_shown_again(staff: Staff, site: Site, reviewer: Member) -> None:
    item = item_of(staff.house.store, site, waits(staff.house.store, site, "Is it fine?"))
    answer = reviewer.post(f"{site.key}/queue/{item.id}/decide", {"decision": "corrected", "reply": " "})
    assert answer.status_code == 400
    assert "Nothing was decided." in answer.text
    assert reviewer.post(f"{site.key}/queue/{item.id}/decide", {"decision": "maybe"}).status_code == 400


def test_the_queue_is_filtered_and_searched(staff: Staff, site: Site, reviewer: Member) -> None:
    waits(staff.house.store, site, "Where is my parcel?", "thumbs_down")
    waits(staff.house.store, site, "Where is my jacket?", "truncated")

    assert rows(reviewer.get(f"{site.key}/queue?reason=truncated").text) == ["Where is my jacket?"]
    assert rows(reviewer.get(f"{site.key}/queue?q=PARCEL").text) == ["Where is my parcel?"]
    assert "Nothing was found" in reviewer.get(f"{site.key}/queue?q=shoes").text
    assert "Nothing is assigned to you" in reviewer.get(f"{site.key}/queue?state=mine").text


def test_alike_ones_are_ticked_where_they_are_the_very_same(staff: Staff, site: Site, reviewer: Member) -> None:
    asked = ("Is the tent warm?", "is the tent warm", "Is the tent for 2 warm?")
    turns = [waits(staff.house.store, site, question) for question in asked]
    queue = reviewer.get(f"{site.key}/queue").text
    assert len(rows(queue)) == 1
    assert "3 alike" in queue

    page = reviewer.get(f"{site.key}/queue/{item_of(staff.house.store, site, turns[0]).id}").text

    assert len(re.findall(r'name="also" value="\d+" checked', page)) == 1
    assert len(re.findall(r'name="also" value="\d+">', page)) == 1


def test_who_has_an_item_is_said_to_others(staff: Staff, site: Site, reviewer: Member) -> None:
    other = staff.member("reviewer")
    item = item_of(staff.house.store, site, waits(staff.house.store, site, "Is it fine?"))

    assert "You have it" in reviewer.post(f"{site.key}/queue/{item.id}/lock").text
    taken = other.post(f"{site.key}/queue/{item.id}/lock")
    assert taken.status_code == 409
    assert "is looking at it until" in taken.text
    assert "disabled" in other.get(f"{site.key}/queue/{item.id}").text
    assert other.post(f"{site.key}/queue/{item.id}/decide", {"decision": "right"}).status_code == 409
    assert rows(reviewer.get(f"{site.key}/queue?state=mine").text) == ["Is it fine?"]

    assert "Nobody is looking at it" in reviewer.post(f"{site.key}/queue/{item.id}/free").text
    assert "You have it" in other.post(f"{site.key}/queue/{item.id}/lock").text


def test_an_item_is_assigned_until_that_is_changed(staff: Staff, site: Site, reviewer: Member) -> None:
    item = item_of(staff.house.store, site, waits(staff.house.store, site, "Is it fine?"))

    reviewer.post(f"{site.key}/queue/{item.id}/assign", {"to": "me"})
    assert "Assigned to" in reviewer.get(f"{site.key}/queue/{item.id}").text
    assert len(rows(reviewer.get(f"{site.key}/queue?state=mine").text)) == 1
    reviewer.post(f"{site.key}/queue/{item.id}/assign", {"to": "nobody"})
    assert rows(reviewer.get(f"{site.key}/queue?state=mine").text) == []


def test_what_came_above_is_counted(staff: Staff, site: Site, reviewer: Member) -> None:
    waits(staff.house.store, site, "Is it fine?", "truncated")
    top = open_items(staff.house.store, site)[0].item.rank
    waits(staff.house.store, site, "Is it dangerous?", "canary")

    assert "1 new above" in reviewer.get(f"{site.key}/queue/new?above={top}").text
    assert reviewer.get(f"{site.key}/queue/new?above=x").status_code == 400


def test_viewers_read_conversations_and_see_no_queue(staff: Staff, site: Site) -> None:
    viewer = staff.member("viewer")
    assert f"/console/{site.key}/queue" not in viewer.get(f"{site.key}/start").text
    assert viewer.get(f"{site.key}/queue").status_code == 403


def test_an_item_of_another_site_is_not_found(staff: Staff, site: Site, reviewer: Member) -> None:
    item = item_of(staff.house.store, site, waits(staff.house.store, site, "Is it fine?"))
    other = staff.site()
    assert reviewer.get(f"{other.key}/queue/{item.id}").status_code == 404
    assert reviewer.get(f"{site.key}/queue/999999").status_code == 404


def test_no_page_of_the_queue_is_kept_by_a_cache(site: Site, reviewer: Member) -> None:
    assert reviewer.get(f"{site.key}/queue").headers["cache-control"] == "no-store"


def test_a_turn_is_shown_as_its_visitor_saw_it(staff: Staff, site: Site, reviewer: Member) -> None:
    store = staff.house.store
    turn = waits(store, site, "Can I use the stove inside?", reply="No. Never light it inside.")
    start, done = (
        Start(turn, "c", None, "m"),
        Done("end_turn", is_valid=True, is_flagged=True, confidence=0.0, usage=Usage()),
    )
    seen: list[Seen] = [
        (0.0, start),
        (0.7, Delta('{"message":"Yes, with the door open."')),
        (2.3, Replace(Reply("No. Never light it inside.", 0.0), "why")),
        (2.4, done),
    ]
    store.evidence.keep(turn, record(seen))

    page = reviewer.get(f"{site.key}/queue/{item_of(store, site, turn).id}?show=replay").text

    assert [name for name in ("Asked", "First text", "Stall, 1.6 s", "Taken back", "Done") if name not in page] == []
    assert "“Yes, with the door open.” was read for 1.6 s" in page
    assert "No. Never light it inside.</p>" in page


def test_a_question_is_asked_again_of_both_and_nothing_is_kept(staff: Staff, site: Site) -> None:
    editor, store = staff.member("editor"), staff.house.store
    item = item_of(store, site, waits(store, site, "Do you ship to Norway?"))
    put_pages(store, staff.house.drafts.draft(site).site)

    page = editor.post(f"{site.key}/queue/{item.id}/again").text

    assert "Live, version 1" in page
    assert "shipping.md" in page
    assert len(open_items(store, site)) == 1
    assert staff.member("reviewer").post(f"{site.key}/queue/{item.id}/again").status_code == 403


def test_a_decided_reply_is_judged_anew_without_its_decision(staff: Staff, site: Site, reviewer: Member) -> None:
    store, other = staff.house.store, staff.member("reviewer")
    put_pages(store, site)
    item = item_of(store, site, waits(store, site, "Is the Skarn guaranteed?"))
    reviewer.post(f"{site.key}/queue/{item.id}/decide", {"decision": "retracted", "note": "never promise this"})
    assert "Nothing to judge anew" in reviewer.get(f"{site.key}/queue/second").text

    blind = other.get(f"{site.key}/queue/second").text
    assert "Is the Skarn guaranteed?" in blind
    assert "never promise this" not in blind
    assert other.post(f"{site.key}/queue/{item.id}/opinion", {"decision": "right"}).status_code == 303
    assert "Two have judged 1 reply: agreeing in 0 %" in other.get(f"{site.key}/queue?state=done").text
    assert "Two of the team disagree" in other.get(f"{site.key}/queue").text


def test_a_view_is_kept_for_oneself_and_dropped_again(staff: Staff, site: Site) -> None:
    ada, bob = staff.member("reviewer"), staff.member("reviewer")
    asked = "state=open&reason=canary&q=refund"
    form = {"name": " Money  back ", "state": "open", "reason": "canary", "q": "refund"}
    assert ada.post(f"{site.key}/queue/views", form).status_code == 303
    page = ada.get(f"{site.key}/queue").text
    assert f'href="/console/{site.key}/queue?{asked.replace("&", "&amp;")}"' in page
    assert "Money back" in page
    assert "Money back" not in bob.get(f"{site.key}/queue").text
    (number,) = re.findall(r"queue/views/(\d+)/drop", ada.get(f"{site.key}/queue?{asked}").text)
    assert bob.post(f"{site.key}/queue/views/{number}/drop").status_code == 404
    assert ada.post(f"{site.key}/queue/views/{number}/drop").status_code == 303
    assert "Money back" not in ada.get(f"{site.key}/queue").text
    assert ada.post(f"{site.key}/queue/views", {"name": "", "q": "x"}).status_code == 400


def test_a_note_for_somebody_is_read_on_their_page(staff: Staff, site: Site) -> None:
    ada, bob = staff.member("reviewer"), staff.member("reviewer")
    item = item_of(staff.house.store, site, waits(staff.house.store, site, "Is the jacket warm?"))
    note = f"@{bob.email} is that so? <b>"
    ada.post(f"{site.key}/queue/{item.id}/decide", {"decision": "right", "note": note})
    page = bob.get(f"{site.key}/queue").text
    assert "asks for you" in page
    assert "is that so? &lt;b&gt;" in page
    assert "asks for you" not in ada.get(f"{site.key}/queue").text
    bob.get(f"{site.key}/queue/{item.id}?show=history")
    assert "asks for you" not in bob.get(f"{site.key}/queue").text
