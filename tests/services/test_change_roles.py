"""What a person may is changed, and recorded; browsers of before are signed out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.app import House
from backend.domain.accounts import Access, Person, Roles
from backend.domain.audit import COMMAND_LINE
from backend.domain.errors import SettingsError
from backend.domain.site import SiteSettings
from backend.services.change_roles import change_roles, together, within
from backend.services.recognise_session import recognise_session
from tests.contracts.people import NOON
from tests.services.people import BOSS, actions, come_in, now


def test_a_change_is_recorded_by_the_keys_of_sites_and_signs_out(timed: House) -> None:
    site = timed.sites.create(SiteSettings(name="Tea", origins=()), "pk_tea")
    come_in(timed, "boss@shop.example")
    mine = come_in(timed, roles=Roles("viewer"))
    changed = change_roles(mine.person, Roles(None, {site.id: "editor"}), BOSS, timed)
    assert changed.roles == now(timed, mine.person).roles == Roles(None, {site.id: "editor"})
    entry = timed.audit.entries(None, None, 1)[0]
    assert (entry.who, entry.before, entry.after) == (
        "boss@shop.example",
        {"every site": "viewer"},
        {"pk_tea": "editor"},
    )
    assert recognise_session(mine.token, timed) is None


def test_the_same_roles_again_change_nothing(timed: House) -> None:
    mine = come_in(timed)
    before = actions(timed)
    change_roles(mine.person, Roles("owner"), BOSS, timed)
    assert actions(timed) == before
    assert recognise_session(mine.token, timed)


def test_the_last_owner_stays_unless_the_command_line_says_otherwise(timed: House) -> None:
    mine = come_in(timed)
    with pytest.raises(SettingsError, match=r"mk@shop\.example is the last owner"):
        change_roles(mine.person, Roles("viewer"), BOSS, timed)
    assert recognise_session(mine.token, timed)
    change_roles(mine.person, Roles("viewer"), COMMAND_LINE, timed)
    assert now(timed, mine.person).roles == Roles("viewer")


def test_what_was_added_counts_for_its_place() -> None:
    before = Roles("viewer", {1: "editor", 2: "viewer"})
    assert together(before, Roles(None, {2: "owner"})) == Roles("viewer", {1: "editor", 2: "owner"})
    assert together(before, Roles("reviewer")) == Roles("reviewer", {1: "editor", 2: "viewer"})


def test_an_owner_of_one_site_changes_roles_there_alone() -> None:
    before = Roles("viewer", {1: "editor", 2: "viewer"})
    wanted = Roles("owner", {1: "owner", 2: "owner", 3: "owner"})
    someone = Person(1, "mk@shop.example", "", Roles(None, {2: "owner"}), True, "none", True, NOON)
    assert within(before, wanted, Access(someone)) == Roles("viewer", {1: "editor", 2: "owner"})
    assert within(before, Roles(), Access(someone)) == Roles("viewer", {1: "editor"})
    assert within(before, wanted, Access(replace(someone, roles=Roles("owner")))) == wanted
