"""Signing out, here, elsewhere and everywhere."""

from __future__ import annotations

from backend.app import House
from backend.services.begin_session import SignedIn
from backend.services.recognise_session import recognise_session
from backend.services.sign_in import sign_in
from backend.services.sign_out import sign_out, sign_out_elsewhere, sign_out_everywhere
from tests.services.people import EMAIL, HERE, PASSWORD, come_in


def more(house: House) -> SignedIn:
    signed_in = sign_in(EMAIL, PASSWORD, HERE, house)
    assert isinstance(signed_in, SignedIn)
    return signed_in


def test_a_copied_token_opens_nothing_afterwards(timed: House) -> None:
    mine = come_in(timed)
    sign_out(mine.session, timed)
    assert recognise_session(mine.token, timed) is None


def test_one_browser_is_signed_out_from_another_of_the_same_person_alone(timed: House) -> None:
    theirs = come_in(timed, "jt@shop.example")
    come_in(timed)
    mine, other = more(timed), more(timed)
    assert not sign_out_elsewhere(mine.person, theirs.session.id, timed)
    assert sign_out_elsewhere(mine.person, other.session.id, timed)
    assert recognise_session(other.token, timed) is None
    assert recognise_session(mine.token, timed)
    assert recognise_session(theirs.token, timed)


def test_everywhere_is_everywhere_but_here_or_here_too(timed: House) -> None:
    first = come_in(timed)
    mine, other = more(timed), more(timed)
    assert sign_out_everywhere(mine.person, timed, mine=mine.session) == 2
    assert recognise_session(mine.token, timed)
    assert recognise_session(first.token, timed) is None
    assert recognise_session(other.token, timed) is None
    assert sign_out_everywhere(mine.person, timed) == 1
