"""The book of sessions, on every database."""

from __future__ import annotations

from backend.domain.accounts import LONGEST_AGENT, Where
from backend.store import Store
from tests.contracts.people import NOON, HeldClock, add_person, again

HERE = Where("203.0.113.7", "Firefox, Linux")


def test_a_session_is_known_by_its_hash_alone(timed: Store) -> None:
    mk = add_person(timed, "mk@shop.example")
    session = timed.sessions.begin("hash", mk, HERE)
    assert timed.sessions.session("hash") == session
    assert timed.sessions.session("other") is None
    assert (session.began, session.seen, session.proved, session.where) == (NOON, NOON, NOON, HERE)
    assert again(timed, mk).seen_at == NOON


def test_a_half_session_is_not_listed_and_says_nothing_of_the_person(timed: Store) -> None:
    mk = add_person(timed, "mk@shop.example")
    half = timed.sessions.begin("hash", mk, HERE, is_half=True)
    assert half.is_half
    assert list(timed.sessions.sessions(mk)) == []
    assert again(timed, mk).seen_at is None


def test_sessions_are_listed_the_last_used_first_and_ended(timed: Store, clock: HeldClock) -> None:
    mk, jt = (add_person(timed, f"{name}@shop.example") for name in ("mk", "jt"))
    first, second, third = (timed.sessions.begin(name, mk, HERE) for name in ("a", "b", "c"))
    theirs = timed.sessions.begin("d", jt, HERE)
    clock.wait(60)
    timed.sessions.see(first)
    timed.sessions.prove(second)
    assert [each.id for each in timed.sessions.sessions(mk)] == [first.id, second.id, third.id]
    seen, proved = (timed.sessions.session(name) for name in ("a", "b"))
    assert seen is not None
    assert proved is not None
    assert (seen.seen, seen.proved, proved.seen, proved.proved) == (clock.now, NOON, NOON, clock.now)
    timed.sessions.end(first)
    assert timed.sessions.session("a") is None
    assert timed.sessions.end_all(mk, but=second) == 1
    assert timed.sessions.session("b") is not None
    assert timed.sessions.end_all(mk) == 1
    assert timed.sessions.session("d") == theirs


def test_one_that_goes_on_with_another_is_as_old_as_that(timed: Store, clock: HeldClock) -> None:
    mk = add_person(timed, "mk@shop.example")
    clock.wait(3600)
    session = timed.sessions.begin("a", mk, HERE, is_long=True, began=NOON)
    assert (session.began, session.proved, session.is_long) == (NOON, clock.now, True)
    timed.sessions.forget_before(NOON)
    assert timed.sessions.session("a") is not None
    timed.sessions.forget_before(clock.now)
    assert timed.sessions.session("a") is None


def test_a_browser_with_a_very_long_name_is_kept_by_its_beginning(timed: Store) -> None:
    mk = add_person(timed, "mk@shop.example")
    session = timed.sessions.begin("a", mk, Where("", "x" * 5000))
    assert len(session.where.agent) == LONGEST_AGENT
