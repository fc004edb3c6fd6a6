"""The book of tokens of tools, on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from backend.domain.accounts import ApiToken, Person
from backend.domain.site import Site
from backend.store import Store
from tests.contracts.people import NOON, HeldClock, add_person


def token_of(person: Person, sites: frozenset[int] | None = None) -> ApiToken:
    scopes = frozenset({"read", "review"})
    return ApiToken(0, person.id, "Parcel desk", "dk_5rT9w", scopes, sites, NOON)  # type: ignore[arg-type]


def test_a_token_is_known_by_its_hash_and_listed_the_newest_first(timed: Store, site: Site) -> None:
    mk, jt = (add_person(timed, f"{name}@shop.example") for name in ("mk", "jt"))
    wide = timed.api_tokens.add("wide", token_of(mk))
    narrow = timed.api_tokens.add("narrow", token_of(mk, frozenset({site.id})))
    theirs = timed.api_tokens.add("theirs", token_of(jt))
    assert wide == replace(token_of(mk), id=wide.id)
    assert timed.api_tokens.token("wide") == wide
    assert timed.api_tokens.token("narrow") == narrow
    assert timed.api_tokens.token("dk_") is None
    assert timed.api_tokens.tokens(mk) == [narrow, wide]
    assert timed.api_tokens.tokens() == [theirs, narrow, wide]


def test_a_token_of_a_site_that_was_removed_opens_no_other(timed: Store, site: Site, other_site: Site) -> None:
    mk = add_person(timed, "mk@shop.example")
    timed.api_tokens.add("narrow", token_of(mk, frozenset({site.id})))
    timed.sites.remove(site)
    left = timed.api_tokens.token("narrow")
    assert left is not None
    assert left.sites == frozenset()


def test_a_token_ends_with_its_time_its_person_or_at_once(timed: Store, clock: HeldClock) -> None:
    add_person(timed, "owner@shop.example")
    mk = add_person(timed, "mk@shop.example")
    short = timed.api_tokens.add("short", replace(token_of(mk), until=NOON + timedelta(days=1)))
    long = timed.api_tokens.add("long", token_of(mk))
    timed.api_tokens.see(short)
    seen = timed.api_tokens.token("short")
    assert seen is not None
    assert seen.used_at == NOON
    clock.wait(86_400)
    assert timed.api_tokens.token("short") is None
    timed.people.remove(mk)
    assert timed.api_tokens.token("long") is None
    timed.people.restore(mk)
    assert timed.api_tokens.token("long") == long
    assert timed.api_tokens.end(long.id)
    assert not timed.api_tokens.end(long.id)
    assert timed.api_tokens.token("long") is None
