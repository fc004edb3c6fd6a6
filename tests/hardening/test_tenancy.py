"""Every door that has an id in its address, tried with everybody's key but its own."""

from __future__ import annotations

import time
import uuid
from typing import Any

import httpx2
import jwt
import pytest

from tests.api.client import Visitor
from tests.hardening.routes import DOORS, PRIVATE, Door, doors_of_the_app
from tests.servers import Deskbell

QUESTION = "How long may the zanzibar tent be returned?"
PRIVATE_DOORS = {f"{method} {rule}": (method, door) for (method, rule), door in DOORS.items() if door.who == PRIVATE}


@pytest.fixture(scope="module")
def owner(four_workers: Deskbell) -> dict[str, str]:
    """A conversation of somebody's: its ids, and the token that opens it."""
    visitor = Visitor(four_workers.url, "pk_larkmoor")
    start = visitor.ask(QUESTION)[0].data
    return {"turn": start["turn"], "conversation": start["conversation"], "token": start["visitor"]}


@pytest.fixture(scope="module")
def strangers(four_workers: Deskbell, owner: dict[str, str]) -> dict[str, str]:
    """Tokens that are good, and do not open that conversation."""
    same_site, other_site = (
        Visitor(four_workers.url, "pk_larkmoor"),
        Visitor(four_workers.url, four_workers.sites["neighbour"]),
    )
    secret = four_workers.run("site", "identity", "pk_larkmoor").stdout.strip()
    claims = {"sub": "sam", "aud": "pk_larkmoor", "exp": int(time.time()) + 600}
    signed_in = Visitor(four_workers.url, "pk_larkmoor")
    signed_in.ask("Hello", user_token=jwt.encode(claims, secret, algorithm="HS256"))
    for visitor in (same_site, other_site):
        visitor.ask("Hello")
    known = {"a neighbour": same_site, "another site's": other_site, "a signed-in user": signed_in}
    return {name: visitor.token for name, visitor in known.items() if visitor.token}


HERE = "127.0.3.1"  # what other tests asked in this minute from their address does not count here


def open_door(server: Deskbell, method: str, door: Door, token: str | None, ids: dict[str, str]) -> Any:
    visitor = at(server, HERE)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return visitor.http.request(method, door.path.format(**ids), json=door.body, headers=headers)


def test_every_door_is_in_the_table() -> None:
    assert doors_of_the_app() == set(DOORS)


def test_every_door_with_an_id_is_tried_here() -> None:
    named = {(method, rule) for method, rule in DOORS if rule.startswith("/v1/") and "<" in rule}
    assert {each for each in named if DOORS[each].who != PRIVATE} == {("GET", "/v1/sites/<key>")}  # public by contract


@pytest.mark.parametrize("name", PRIVATE_DOORS)
def test_what_is_anothers_is_as_what_is_not(
    four_workers: Deskbell, owner: dict[str, str], strangers: dict[str, str], name: str
) -> None:
    method, door = PRIVATE_DOORS[name]
    nowhere = {"turn": str(uuid.uuid4()), "conversation": "A" * len(owner["conversation"])}
    assert len(strangers) == 3
    for token in strangers.values():
        theirs = open_door(four_workers, method, door, token, owner)
        nothing = open_door(four_workers, method, door, token, nowhere)
        assert (theirs.status_code, theirs.json()["code"]) == (404, "not_found")
        assert theirs.json() == nothing.json()  # not even that it is there
        assert "zanzibar" not in theirs.text


@pytest.mark.parametrize("name", PRIVATE_DOORS)
def test_without_a_good_token_no_door_opens(four_workers: Deskbell, owner: dict[str, str], name: str) -> None:
    method, door = PRIVATE_DOORS[name]
    good = owner["token"]
    for token in (None, "nonsense", good[:-1], good + "A", good.swapcase(), "pk_larkmoor"):
        refused = open_door(four_workers, method, door, token, owner)
        assert (refused.status_code, refused.json()["code"]) == (401, "visitor_invalid")
        assert "zanzibar" not in refused.text


def test_a_question_cannot_be_put_into_anothers_conversation_or_turn(
    four_workers: Deskbell, owner: dict[str, str], strangers: dict[str, str]
) -> None:
    for name, token in strangers.items():
        site = four_workers.sites["neighbour"] if name == "another site's" else "pk_larkmoor"
        visitor = Visitor(four_workers.url, site)
        visitor.token = token
        for fields in ({"conversation": owner["conversation"]}, {"turn": owner["turn"]}):
            refused = visitor.refused(QUESTION, **fields)
            assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    foreign = Visitor(four_workers.url, four_workers.sites["neighbour"])
    foreign.token = owner["token"]
    assert foreign.refused().json()["code"] == "visitor_invalid"
    for origin in ("https://neighbour.example", "null"):
        read = Visitor(four_workers.url, "pk_larkmoor", Authorization=f"Bearer {owner['token']}", Origin=origin)
        refused = read.http.get(f"/v1/conversations/{owner['conversation']}")
        assert (refused.status_code, refused.json()["code"]) == (403, "origin_not_allowed")
        assert "access-control-allow-origin" not in refused.headers


def test_after_all_of_this_the_owner_finds_everything_as_it_was(four_workers: Deskbell, owner: dict[str, str]) -> None:
    shown = open_door(four_workers, "GET", DOORS["GET", "/v1/conversations/<conversation>"], owner["token"], owner)
    assert [turn["question"] for turn in shown.json()["turns"]] == [QUESTION]
    for (method, _), door in DOORS.items():
        if door.who == PRIVATE:
            opened = open_door(four_workers, method, door, owner["token"], owner)
            assert opened.status_code == door.opens, (method, door.path)


def at(server: Deskbell, address: str) -> Visitor:
    """Return somebody without a token, who comes from this address of loopback."""
    visitor = Visitor(server.url, "pk_larkmoor")
    visitor.http = httpx2.Client(base_url=server.url, timeout=30, transport=httpx2.HTTPTransport(local_address=address))
    return visitor


def test_a_turn_sent_again_from_elsewhere_gives_its_stream_and_no_token(four_workers: Deskbell) -> None:
    turn = str(uuid.uuid4())
    first = at(four_workers, "127.0.1.5").ask(QUESTION, turn=turn)
    again = at(four_workers, "127.0.1.5").ask(QUESTION, turn=turn)
    elsewhere = at(four_workers, "127.0.2.7").ask(QUESTION, turn=turn)
    assert "visitor" in first[0].data
    assert again == first
    assert "visitor" not in elsewhere[0].data
    assert [(event.id, event.event) for event in elsewhere] == [(event.id, event.event) for event in first]
    assert elsewhere[1:] == first[1:]


def test_nobody_learns_whether_a_turn_is_anothers_or_anonymous(four_workers: Deskbell, owner: dict[str, str]) -> None:
    anonymous = str(uuid.uuid4())
    at(four_workers, "127.0.1.6").ask(QUESTION, turn=anonymous)
    named = Visitor(four_workers.url, "pk_larkmoor")
    named.token = owner["token"]
    named_turn = str(uuid.uuid4())
    named.ask(QUESTION, turn=named_turn)
    answers = [at(four_workers, "127.0.2.8").refused("Something else?", turn=turn) for turn in (anonymous, named_turn)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()
    assert at(four_workers, "127.0.1.6").refused("Something else?", turn=anonymous).json()["code"] == "turn_conflict"


def test_a_turn_whose_id_is_made_up_is_as_unknown_as_anothers(four_workers: Deskbell, owner: dict[str, str]) -> None:
    stranger = Visitor(four_workers.url, "pk_larkmoor")
    stranger.ask("Hello")
    unknown, anothers = (
        stranger.http.get(f"/v1/turns/{turn}/events", headers=stranger.bearer())
        for turn in (str(uuid.uuid4()), owner["turn"])
    )
    assert (unknown.status_code, unknown.json()) == (anothers.status_code, anothers.json())
