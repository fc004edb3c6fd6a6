"""Proof of work: a puzzle that costs a visitor's browser a second and a crowd of bots their day.

The form is ALTCHA's first one, so that its clients can solve it: find the number whose SHA-256 behind the salt is the
challenge, and send everything back in base64.

1. A puzzle is for one site, for a few minutes, and for one question.
2. Nothing is kept for a puzzle that nobody solved: it carries its own site and end, under our signature.
3. What was used is kept in Redis, for all workers; while that is away each worker knows its own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

import structlog
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from backend.domain.errors import ProofRequired
from backend.domain.site import Site

log = structlog.get_logger("web")

ALGORITHM = "SHA-256"
MOST_TRIES = 100_000  # half of it on average: about a second in a phone's browser
MOST_NUMBER = 2**53
LASTS_S = 300
ANSWER_S = 0.2  # a visitor waits for Redis this long
USED = "deskbell:proof"


@dataclass(frozen=True, slots=True)
class Proof:
    """A visitor's answer: the puzzle as we gave it out, and the number that solves it."""

    challenge: str
    salt: str
    signature: str
    number: int


class UsedBefore:
    """The puzzles that were used, until they would have ended anyway."""

    def __init__(self, redis_url: str | None, now: Callable[[], float]) -> None:
        options = {"socket_timeout": ANSWER_S, "socket_connect_timeout": ANSWER_S, "retry": Retry(NoBackoff(), 0)}
        self._redis = Redis.from_url(redis_url, **options) if redis_url else None
        self._now = now
        self._here: dict[str, float] = {}

    def take(self, challenge: str) -> bool:
        """Use a puzzle; False where it was used before. Atomic."""
        now = self._now()
        self._here = {each: end for each, end in self._here.items() if end > now}
        if challenge in self._here:
            return False
        self._here[challenge] = now + LASTS_S
        if self._redis is None:
            return True
        try:
            return bool(self._redis.set(f"{USED}:{challenge}", 1, nx=True, ex=LASTS_S))
        except RedisError as problem:
            log.warning("proofs.redis_away", problem=type(problem).__name__)
            return True


class Proofs:
    """Gives out puzzles and takes their solutions."""

    def __init__(
        self, secret: str, redis_url: str | None = None, now: Callable[[], float] = time.time, most: int = MOST_TRIES
    ) -> None:
        self._key = hmac.new(secret.encode(), b"proof of work", hashlib.sha256).digest()
        self._used = UsedBefore(redis_url, now)
        self._now = now
        self._most = most

    def challenge(self, site: Site) -> dict[str, object]:
        """Return a new puzzle, as the problem document carries it."""
        salt = f"{secrets.token_hex(12)}?expires={int(self._now()) + LASTS_S}&site={site.key}&"  # the number follows
        challenge = solved_by(salt, secrets.randbelow(self._most + 1))
        return {
            "algorithm": ALGORITHM,
            "challenge": challenge,
            "maxnumber": self._most,
            "salt": salt,
            "signature": self._sign(salt, challenge),
        }

    def take(self, given: str | None, site: Site) -> None:
        """Take the solution of a puzzle of this site; raise ProofRequired with a new puzzle where it is none."""
        problem = "proof: missing" if given is None else self._problem_with(given, site)
        if problem:
            raise ProofRequired(f"{problem}; solve the challenge", extra={"challenge": self.challenge(site)})

    def _problem_with(self, given: str, site: Site) -> str:
        proof = maybe_read(given)
        if proof is None:
            return "proof: cannot be read"
        if not hmac.compare_digest(proof.signature, self._sign(proof.salt, proof.challenge)):
            return "proof: not of a challenge of ours"
        terms = parse_qs(proof.salt.partition("?")[2])
        if terms.get("site") != [site.key]:
            return "proof: of another site's challenge"
        if float(terms["expires"][0]) <= self._now():
            return "proof: of a challenge that has ended"
        if solved_by(proof.salt, proof.number) != proof.challenge:
            return "proof: does not solve its challenge"
        return "" if self._used.take(proof.challenge) else "proof: used before"

    def _sign(self, salt: str, challenge: str) -> str:
        return hmac.new(self._key, f"{salt}\n{challenge}".encode(), hashlib.sha256).hexdigest()


def solved_by(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()


def maybe_read(given: str) -> Proof | None:
    """Return what the base64 document holds; None where it is no proof at all."""
    try:
        document = json.loads(base64.b64decode(given, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(document, Mapping):
        return None
    challenge, salt, signature, number = map(document.get, ("challenge", "salt", "signature", "number"))
    if not (isinstance(challenge, str) and isinstance(salt, str) and isinstance(signature, str)):
        return None
    if type(number) is not int or not 0 <= number <= MOST_NUMBER or not f"{challenge}{salt}{signature}".isascii():
        return None
    return Proof(challenge, salt, signature, number)
