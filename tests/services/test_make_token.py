"""Tokens of tools: never more than their person may, shown once."""

from __future__ import annotations

import pytest

from backend.app import House
from backend.domain.accounts import Roles
from backend.domain.errors import SettingsError
from backend.domain.site import SiteSettings
from backend.services.make_token import end_token, make_token, scopes_for
from tests.services.people import BOSS, actions, come_in


def test_a_token_is_shown_once_and_kept_as_a_mark(timed: House) -> None:
    person = come_in(timed).person
    made = make_token(person, ["read", "review"], BOSS, timed, name=" Parcel\x00 desk ")
    assert made.secret.startswith("dk_")
    assert len(made.secret) > 40
    assert (made.token.name, made.token.begins) == ("Parcel desk", made.secret[:8])
    [kept] = timed.api_tokens.tokens(person)
    assert kept == made.token
    entry = timed.audit.entries(None, None, 1)[0]
    assert (entry.action, entry.subject) == ("token.made", "Parcel desk")
    assert made.secret not in str(entry)


def test_a_token_ends_at_once(timed: House) -> None:
    person = come_in(timed).person
    made = make_token(person, ["read"], BOSS, timed)
    assert end_token(made.token, BOSS, timed)
    assert not end_token(made.token, BOSS, timed)
    assert actions(timed)[-1] == "token.ended"


def test_nobody_makes_a_token_that_may_more_than_they(timed: House) -> None:
    tea, coffee = (timed.sites.create(SiteSettings(name=name, origins=()), f"pk_{name}") for name in ("tea", "coffee"))
    person = come_in(timed, roles=Roles(None, {tea.id: "reviewer"})).person
    assert scopes_for(person) == ["read", "review"]
    with pytest.raises(SettingsError, match="no role that allows edit, publish"):
        make_token(person, ["read", "edit", "publish"], BOSS, timed)
    with pytest.raises(SettingsError, match="no role on pk_coffee"):
        make_token(person, ["read"], BOSS, timed, sites=[coffee])
    with pytest.raises(SettingsError, match="at least one scope"):
        make_token(person, [], BOSS, timed)
    made = make_token(person, ["read"], BOSS, timed, sites=[tea])
    assert made.token.sites == frozenset({tea.id})
