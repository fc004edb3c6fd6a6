"""People are invited by links; the first owner by one that is printed at a start."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.app import House
from backend.domain.accounts import Access, Roles
from backend.domain.errors import SettingsError
from backend.domain.site import SiteSettings
from backend.services.invite_person import invite_first_owner, invite_person
from backend.services.remove_person import remove_person
from backend.services.sign_in_by_link import OpenLink, look_at_link
from tests.services.people import BOSS, EMAIL, actions, come_in, now


def test_a_new_person_gets_a_link_for_a_day(timed: House) -> None:
    invited = invite_person(" MK@Shop.example ", Roles("editor"), BOSS, timed, name="M.\x00 K.\u202e")
    assert (invited.person.email, invited.person.name, invited.is_new) == (EMAIL, "M. K.", True)
    assert invited.link is not None
    assert invited.link.until == timed.time() + timedelta(hours=24)
    assert actions(timed) == ["person.invited"]


def test_who_has_not_used_a_link_gets_another_and_who_has_keeps_the_password(timed: House) -> None:
    first = invite_person(EMAIL, Roles("viewer"), BOSS, timed)
    again = invite_person(EMAIL, Roles("viewer"), BOSS, timed)
    assert again.link
    assert not again.is_new
    assert again.link != first.link
    signed_in = come_in(timed, EMAIL, Roles("viewer"))
    more = invite_person(EMAIL, Roles("editor"), BOSS, timed)
    assert more.link is None
    assert now(timed, signed_in.person).roles == Roles("editor")
    assert now(timed, signed_in.person).has_password


def test_a_role_on_another_site_comes_besides(timed: House) -> None:
    person = come_in(timed, EMAIL, Roles("viewer")).person
    assert invite_person(EMAIL, Roles("editor"), BOSS, timed).person.roles == Roles("editor")
    assert now(timed, person).roles == Roles("editor")


def test_what_is_no_address_is_refused(timed: House) -> None:
    with pytest.raises(SettingsError, match="is not an e-mail address"):
        invite_person("mk at shop", Roles("viewer"), BOSS, timed)


def test_a_first_owner_is_asked_for_as_long_as_there_is_nobody(timed: House) -> None:
    assert invite_first_owner(timed)
    assert invite_first_owner(timed)  # the next start prints another
    come_in(timed)
    assert invite_first_owner(timed) is None


def test_one_who_was_removed_and_is_invited_again_begins_anew(timed: House) -> None:
    come_in(timed, "boss@shop.example")
    gone = come_in(timed).person
    remove_person(gone, BOSS, timed)
    back = invite_person(EMAIL, Roles("viewer"), BOSS, timed)
    assert back.link
    assert back.is_new
    assert (back.person.roles, back.person.has_password) == (Roles("viewer"), False)


def test_an_owner_of_one_site_is_handed_no_link_of_somebody_who_may_more(timed: House) -> None:
    tea, coffee = (timed.sites.create(SiteSettings(name=name, origins=()), f"pk_{name}") for name in ("tea", "coffee"))
    theirs = Access(come_in(timed, "tea@shop.example", Roles(None, {tea.id: "owner"})).person)
    first = invite_person(EMAIL, Roles(None, {coffee.id: "owner"}), BOSS, timed)
    assert first.link
    asked = invite_person(EMAIL, Roles(None, {tea.id: "viewer"}), BOSS, timed, access=theirs)
    assert asked.link is None
    assert asked.person.roles == Roles(None, {coffee.id: "owner", tea.id: "viewer"})
    assert isinstance(look_at_link(first.link.token, timed), OpenLink)
    fresh = invite_person("new@shop.example", Roles(None, {tea.id: "viewer"}), BOSS, timed, access=theirs)
    assert fresh.link
    assert invite_person("new@shop.example", Roles(None, {tea.id: "editor"}), BOSS, timed, access=theirs).link
