"""The book of people, on every database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from backend.domain.accounts import Roles, Where
from backend.domain.site import Site
from backend.store import Store
from tests.contracts.people import NOON, HeldClock, add_person, again


def test_a_person_is_found_by_address_and_there_is_one_of_each(store: Store) -> None:
    assert store.people.is_empty()
    mk = add_person(store, "mk@shop.example")
    assert not store.people.is_empty()
    assert store.people.with_email("mk@shop.example") == mk
    assert store.people.with_email("jt@shop.example") is None
    assert store.people.add("mk@shop.example", "", Roles("viewer")) is None
    assert again(store, mk).roles == Roles("owner")
    assert (mk.has_password, mk.factor, mk.uses_single_keys, mk.seen_at) == (False, "none", True, None)


def test_a_person_has_a_role_on_every_site_or_on_some(store: Store, site: Site, other_site: Site) -> None:
    mk = add_person(store, "mk@shop.example")
    rs = add_person(store, "rs@shop.example", Roles(None, {site.id: "reviewer"}))
    assert store.people.set_roles(rs, Roles("viewer", {other_site.id: "editor"}))
    assert again(store, rs).roles == Roles("viewer", {other_site.id: "editor"})
    assert [person.id for person in store.people.people()] == [mk.id, rs.id]


def test_a_role_on_a_site_goes_with_the_site(store: Store, site: Site) -> None:
    rs = add_person(store, "rs@shop.example", Roles(None, {site.id: "reviewer"}))
    store.sites.remove(site)
    assert again(store, rs).roles.is_empty


def test_somebody_always_owns_every_site(store: Store) -> None:
    mk, jt = add_person(store, "mk@shop.example"), add_person(store, "jt@shop.example")
    assert store.people.remove(jt)
    assert not store.people.remove(mk)
    assert not store.people.set_roles(mk, Roles("editor"))
    assert store.people.set_roles(mk, Roles("owner"))
    assert store.people.remove(mk, keeps_an_owner=False)
    assert store.people.is_empty()


def test_of_two_owners_who_remove_each_other_at_once_one_stays(store: Store) -> None:
    owners = [add_person(store, f"{name}@shop.example") for name in ("mk", "jt")]
    with ThreadPoolExecutor(2) as threads:
        removed = list(threads.map(store.people.remove, owners))
    assert sorted(removed) == [False, True]
    assert len(store.people.people()) == 1


def test_who_was_removed_is_nobody_and_can_come_back_for_a_while(timed: Store, clock: HeldClock) -> None:
    add_person(timed, "mk@shop.example")
    rs = add_person(timed, "rs@shop.example", Roles("reviewer"))
    timed.sessions.begin("hash", rs, Where(""))
    assert timed.people.remove(rs)
    assert timed.people.with_email(rs.email) is None
    assert again(timed, rs).removed_at == NOON
    assert timed.sessions.session("hash") is None
    assert timed.people.restore(rs)
    assert not timed.people.restore(rs)
    assert timed.people.with_email(rs.email) is not None
    timed.people.remove(rs)
    timed.people.forget_removed_before(clock.now)
    assert timed.people.person(rs.id) is not None
    timed.people.forget_removed_before(clock.now + timedelta(seconds=1))
    assert timed.people.person(rs.id) is None


def test_who_is_invited_again_begins_anew(store: Store) -> None:
    add_person(store, "mk@shop.example")
    rs = add_person(store, "rs@shop.example")
    store.people.keep_password(rs, "kept")
    store.factors.begin(rs, "secret")
    store.factors.confirm(rs, 1, ["code"])
    store.people.remove(rs)
    back = add_person(store, "rs@shop.example", Roles("viewer"))
    assert (back.id, back.roles, back.has_password, back.factor) == (rs.id, Roles("viewer"), False, "none")
    assert store.factors.codes_left(back) == 0


def test_a_password_is_kept_as_given_and_taken_away_with_all_else(store: Store) -> None:
    mk = add_person(store, "mk@shop.example")
    assert store.people.password_of(mk.id) == store.people.password_of(0) == ""
    store.people.keep_password(mk, "kept")
    store.factors.begin(mk, "secret")
    store.factors.confirm(mk, 1, ["code"])
    store.sessions.begin("hash", mk, Where(""))
    assert again(store, mk).has_password
    assert again(store, mk).has_factor
    store.people.reset(mk)
    fresh = again(store, mk)
    assert (fresh.has_password, fresh.factor, fresh.roles) == (False, "none", Roles("owner"))
    assert store.people.password_of(mk.id) == ""
    assert store.factors.codes_left(mk) == 0
    assert store.sessions.session("hash") is None


def test_a_name_and_the_keys_can_be_changed(store: Store) -> None:
    mk = add_person(store, "mk@shop.example")
    assert mk.called == "mk"
    store.people.rename(mk, "M. K.", uses_single_keys=False)
    changed = again(store, mk)
    assert (changed.called, changed.uses_single_keys) == ("M. K.", False)


def test_a_list_tells_until_when_somebody_is_invited(timed: Store, clock: HeldClock) -> None:
    mk = add_person(timed, "mk@shop.example")
    until = NOON + timedelta(hours=24)
    timed.links.add("hash", mk, "invite", until)
    assert [person.invited_until for person in timed.people.people()] == [until]
    clock.wait(24 * 3600)
    assert [person.invited_until for person in timed.people.people()] == [None]
