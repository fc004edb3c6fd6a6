"""A tool comes in with a token."""

from __future__ import annotations

import pytest

from backend.app import House
from backend.domain.errors import TokenInvalid
from backend.services.check_token import check_token
from backend.services.make_token import make_token
from tests.contracts.people import HeldClock
from tests.services.people import BOSS, come_in


@pytest.mark.parametrize("secret", ["", "dk_", "dk_x", "pk_demo", "\x00", "dk_\ud800", "dk_" + "x" * 10_000])
def test_a_token_that_was_never_made_lets_nobody_in(timed: House, secret: str) -> None:
    with pytest.raises(TokenInvalid):
        check_token(secret, timed)


def test_a_token_lets_its_person_in_as_far_as_its_scopes(timed: House, clock: HeldClock) -> None:
    person = come_in(timed).person
    made = make_token(person, ["read"], BOSS, timed)
    access = check_token(made.secret, timed)
    assert access.person.email == person.email
    assert access.token
    assert access.token.scopes == {"read"}
    for wait_s, used_at in ((0, clock.now), (59, clock.now)):
        clock.wait(wait_s)
        check_token(made.secret, timed)
        assert timed.api_tokens.tokens(person)[0].used_at == used_at
    clock.wait(1)
    check_token(made.secret, timed)
    assert timed.api_tokens.tokens(person)[0].used_at == clock.now
