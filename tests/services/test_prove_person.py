"""Who is signed in proves again who they are."""

from __future__ import annotations

from backend.app import House
from backend.services.begin_session import SignedIn
from backend.services.prove_person import prove_person
from backend.services.recognise_session import recognise_session
from backend.services.sign_in import MustWait, Wrong, sign_in
from tests.contracts.people import HeldClock
from tests.services.people import EMAIL, HERE, PASSWORD, come_in


def test_the_password_proves_it_for_a_while(timed: House, clock: HeldClock) -> None:
    mine = come_in(timed)
    clock.wait(11 * 60)
    assert prove_person(mine.person, "wrong", mine.session, timed) == Wrong(4)
    recognised = recognise_session(mine.token, timed)
    assert recognised
    assert not recognised.is_proven
    assert prove_person(mine.person, PASSWORD, mine.session, timed) is None
    recognised = recognise_session(mine.token, timed)
    assert recognised
    assert recognised.is_proven


def test_whoever_guesses_at_a_browser_makes_nobody_wait_elsewhere(timed: House) -> None:
    mine = come_in(timed)
    for _ in range(5):
        prove_person(mine.person, "wrong", mine.session, timed)
    assert isinstance(prove_person(mine.person, PASSWORD, mine.session, timed), MustWait)
    assert isinstance(sign_in(EMAIL, PASSWORD, HERE, timed), SignedIn)
