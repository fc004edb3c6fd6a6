"""A person is removed at once, and can come back for a week."""

from __future__ import annotations

import pytest

from backend.app import House
from backend.domain.audit import COMMAND_LINE
from backend.domain.errors import SettingsError, TokenInvalid
from backend.services.check_token import check_token
from backend.services.make_token import make_token
from backend.services.recognise_session import recognise_session
from backend.services.remove_person import remove_person, restore_person
from tests.contracts.people import HeldClock
from tests.services.people import BOSS, actions, come_in, now


def test_sessions_and_tokens_end_at_once_and_tokens_come_back_with_the_person(timed: House) -> None:
    come_in(timed, "boss@shop.example")
    mine = come_in(timed)
    secret = make_token(mine.person, ["read"], BOSS, timed).secret
    remove_person(mine.person, BOSS, timed)
    assert recognise_session(mine.token, timed) is None
    with pytest.raises(TokenInvalid):
        check_token(secret, timed)
    assert restore_person(now(timed, mine.person), BOSS, timed)
    assert check_token(secret, timed).person.email == mine.person.email
    assert recognise_session(mine.token, timed) is None
    assert not restore_person(mine.person, BOSS, timed)
    assert actions(timed)[-2:] == ["person.removed", "person.restored"]


def test_after_a_week_nothing_is_left_to_come_back(timed: House, clock: HeldClock) -> None:
    come_in(timed, "boss@shop.example")
    gone, next_one = come_in(timed).person, come_in(timed, "jt@shop.example").person
    remove_person(gone, BOSS, timed)
    clock.wait(7 * 86_400 + 1)
    remove_person(next_one, BOSS, timed)
    assert timed.people.person(gone.id) is None
    assert not restore_person(gone, BOSS, timed)


def test_the_last_owner_stays_unless_the_command_line_says_otherwise(timed: House) -> None:
    mine = come_in(timed)
    with pytest.raises(SettingsError, match=r"mk@shop\.example is the last owner"):
        remove_person(mine.person, BOSS, timed)
    assert recognise_session(mine.token, timed)
    remove_person(mine.person, COMMAND_LINE, timed)
    assert timed.people.is_empty()
