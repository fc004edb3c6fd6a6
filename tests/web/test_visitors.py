"""A visitor's token tells who asks, at one site and for a while."""

from __future__ import annotations

import time

import pytest

from backend.domain.errors import VisitorInvalid
from backend.web.visitors import AHEAD_S, USER_VALID_S, VALID_S, VisitorTokens


def is_read(tokens: VisitorTokens, token: str) -> bool:
    try:
        tokens.read(token)
    except VisitorInvalid:
        return False
    return True


def test_a_user_is_the_same_visitor_on_every_device_and_at_one_site_alone() -> None:
    tokens = VisitorTokens("a secret of sixteen")
    visitor = tokens.visitor_of_user(7, "customer-17")
    assert visitor == VisitorTokens("a secret of sixteen").visitor_of_user(7, "customer-17")
    others = {
        tokens.visitor_of_user(7, "customer-18"),
        tokens.visitor_of_user(8, "customer-17"),
        tokens.visitor_of_user(71, "customer-17"),
        tokens.visitor_of_user(7, "1:customer-17"),
        VisitorTokens("another secret, long enough").visitor_of_user(7, "customer-17"),
    }
    assert visitor not in others
    assert len(others) == 5
    assert "customer" not in visitor


def test_a_users_token_lasts_a_week_and_a_visitors_half_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = VisitorTokens("a secret of sixteen")
    user = tokens.visitor_of_user(7, "customer-17")
    made = {each: tokens.token_of(7, each) for each in (user, "someone")}
    now = time.time()
    for later, valid in (
        (USER_VALID_S - 60, {user, "someone"}),
        (USER_VALID_S + 60, {"someone"}),
        (VALID_S + 60, set()),
    ):
        monkeypatch.setattr(time, "time", lambda later=later: now + later)
        assert {each for each, token in made.items() if is_read(tokens, token)} == valid


SECRET = "a secret of sixteen"


@pytest.mark.parametrize("later_s", [-AHEAD_S + 60, -60, 0, VALID_S - 60])
def test_a_token_is_good_for_half_a_year_and_also_from_a_clock_that_is_ahead(later_s: float) -> None:
    token = VisitorTokens(SECRET).token_of(7, "someone")
    assert VisitorTokens(SECRET, lambda: time.time() + later_s).read(token) == (7, "someone")


@pytest.mark.parametrize("later_s", [-AHEAD_S - 60, VALID_S + 60])
def test_a_token_of_another_time_is_nobodys(later_s: float) -> None:
    token = VisitorTokens(SECRET).token_of(7, "someone")
    with pytest.raises(VisitorInvalid, match="not valid any more"):
        VisitorTokens(SECRET, lambda: time.time() + later_s).read(token)
