"""A puzzle is solved once, in time, for the site that gave it out; solved here by ALTCHA's own client."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from altcha.v1 import solve_challenge

from backend.domain.errors import ProofRequired
from backend.domain.site import Site, SiteSettings
from backend.web.proofs import LASTS_S, Proofs

SHOP = Site(1, "pk_shop", 1, SiteSettings("Shop", ()))
OTHER = Site(2, "pk_other", 1, SiteSettings("Other", ()))
Solved = dict[str, Any]


def solve(challenge: Mapping[str, Any]) -> Solved:
    found = solve_challenge(challenge["challenge"], challenge["salt"], challenge["algorithm"], challenge["maxnumber"])
    assert found is not None
    return {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")} | {
        "number": found.number
    }


def sent(proof: object) -> str:
    return base64.b64encode(json.dumps(proof).encode()).decode()


class Clock:
    seconds = 1_800_000_000.0

    def now(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", "Redis"])
def proofs(request: pytest.FixtureRequest, clock: Clock) -> Proofs:
    url = request.getfixturevalue("redis_url") if request.param == "Redis" else None
    return Proofs("secret", url, clock.now, most=2_000)


def refusal(proofs: Proofs, given: str | None, site: Site = SHOP) -> ProofRequired:
    with pytest.raises(ProofRequired) as refused:
        proofs.take(given, site)
    return refused.value


def test_a_solved_puzzle_lets_one_question_in(proofs: Proofs) -> None:
    solved = sent(solve(proofs.challenge(SHOP)))
    proofs.take(solved, SHOP)
    assert "used before" in str(refusal(proofs, solved))


def test_a_refusal_carries_a_new_puzzle_that_can_be_solved(proofs: Proofs) -> None:
    first, second = (refusal(proofs, None).extra["challenge"] for _ in range(2))
    assert first != second
    assert isinstance(second, dict)
    proofs.take(sent(solve(second)), SHOP)


def moved_digit(solved: Solved) -> Solved:
    """Say the same characters with the line between salt and number elsewhere: it would outlive its end."""
    digits = str(solved["number"])
    return solved | {"salt": solved["salt"] + digits[:1], "number": int(digits[1:] or "0")}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda solved: solved | {"number": solved["number"] + 1}, "does not solve"),
        (lambda solved: solved | {"number": -1}, "cannot be read"),
        (lambda solved: solved | {"number": str(solved["number"])}, "cannot be read"),
        (lambda solved: solved | {"number": True}, "cannot be read"),
        (lambda solved: solved | {"number": 10**400}, "cannot be read"),
        (lambda solved: solved | {"signature": "0" * 64}, "not of a challenge of ours"),
        (lambda solved: solved | {"signature": "é"}, "cannot be read"),
        (lambda solved: solved | {"salt": solved["salt"].replace("expires=1", "expires=9")}, "not of a challenge"),
        (lambda solved: solved | {"salt": solved["salt"].replace("pk_shop", "pk_other")}, "not of a challenge"),
        (moved_digit, "not of a challenge"),
        (lambda solved: {name: solved[name] for name in ("challenge", "number")}, "cannot be read"),
        (lambda _: [], "cannot be read"),
        (lambda _: None, "cannot be read"),
    ],
)
def test_what_was_changed_is_no_proof(clock: Clock, change: Callable[[Solved], object], said: str) -> None:
    proofs = Proofs("secret", None, clock.now, most=2_000)
    assert said in str(refusal(proofs, sent(change(solve(proofs.challenge(SHOP))))))


@pytest.mark.parametrize("junk", ["", "?", "e30", "e30=", "bnVsbA==", "W1tbW1s=", "é", "A" * 2_048])
def test_what_is_no_proof_at_all_is_refused(clock: Clock, junk: str) -> None:
    assert "cannot be read" in str(refusal(Proofs("secret", None, clock.now), junk))


def test_a_puzzle_of_another_site_or_another_secret_is_refused(clock: Clock) -> None:
    proofs = Proofs("secret", None, clock.now, most=2_000)
    solved = sent(solve(proofs.challenge(SHOP)))
    assert "another site" in str(refusal(proofs, solved, OTHER))
    assert "not of a challenge of ours" in str(refusal(Proofs("other secret", None, clock.now), solved))


def test_a_puzzle_that_has_ended_is_refused(clock: Clock) -> None:
    proofs = Proofs("secret", None, clock.now, most=2_000)
    solved = sent(solve(proofs.challenge(SHOP)))
    clock.seconds += LASTS_S
    assert "has ended" in str(refusal(proofs, solved))


def test_without_redis_a_worker_still_takes_a_proof_once(clock: Clock) -> None:
    proofs = Proofs("secret", "redis://127.0.0.1:1/0", clock.now, most=2_000)
    solved = sent(solve(proofs.challenge(SHOP)))
    proofs.take(solved, SHOP)
    assert "used before" in str(refusal(proofs, solved))
