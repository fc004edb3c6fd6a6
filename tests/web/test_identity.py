"""A site's word for who its visitor is: believed when it is signed, in date and meant for that site, and never else."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from backend.domain.errors import IdentityInvalid
from backend.domain.site import Site, SiteSettings
from backend.web.identity import LONGEST_S, MOST_TOKEN, verified_user

SITE = Site(id=7, key="pk_tea", version=1, settings=SiteSettings("Tea Shop", ()))
SECRET, FORMER, OTHER = "5" * 64, "6" * 64, "7" * 64
NOW = int(time.time())
CLAIMS: dict[str, Any] = {"sub": "customer-17", "aud": "pk_tea", "exp": NOW + 3600}


def signed(secret: str = SECRET, algorithm: str = "HS256", **claims: object) -> str:
    said = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    return jwt.encode(said, secret, algorithm=algorithm)


def forged(header: dict[str, object], claims: object = CLAIMS, secret: bytes | None = None) -> str:
    """Return a token with any header at all, signed with HMAC-SHA256, or not at all."""
    parts = [json.dumps(part).encode() if not isinstance(part, bytes) else part for part in (header, claims)]
    body = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = b"" if secret is None else hmac.new(secret, body, hashlib.sha256).digest()
    return (body + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def user_of(token: str, *secrets: str) -> str:
    return verified_user(token, SITE, secrets or (SECRET, FORMER), NOW)


def test_a_signed_in_user_is_who_the_site_says() -> None:
    assert user_of(signed()) == "customer-17"
    assert user_of(signed(sub="Zoë 🍵", aud=["pk_coffee", "pk_tea"], name="Zoë", iat=NOW, jti="1")) == "Zoë 🍵"
    assert user_of(signed(exp=NOW + LONGEST_S)) == "customer-17"
    assert user_of(signed(iat=NOW + 30, nbf=NOW + 30)) == "customer-17"  # their clock is a little ahead


def test_after_a_rotation_tokens_of_the_former_secret_still_count_and_older_ones_do_not() -> None:
    assert user_of(signed(FORMER), SECRET, FORMER) == "customer-17"
    with pytest.raises(IdentityInvalid, match="another secret"):
        user_of(signed(OTHER), SECRET, FORMER)


def test_a_site_without_a_secret_vouches_for_nobody() -> None:
    with pytest.raises(IdentityInvalid, match="no identity secret"):
        verified_user(signed(), SITE, (), NOW)
    with pytest.raises(IdentityInvalid, match="no identity secret"):
        verified_user(forged({"alg": "HS256"}, secret=b""), SITE, (), NOW)


PUBLIC_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
PEM = PUBLIC_KEY.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
DEEP = b"[" * 1400

FORGERIES = {
    "no signature, and says so": forged({"alg": "none"}),
    "no signature, in other letters": forged({"alg": "NoNe"}),
    "no signature, claims HS256": forged({"alg": "HS256"}),
    "signed with nothing": forged({"alg": "HS256"}, secret=b""),
    "signed with the site's public key": forged({"alg": "HS256"}, secret=b"pk_tea"),
    "a public key taken for a secret": forged({"alg": "RS256"}, secret=PEM),
    "the right secret under another algorithm": forged({"alg": "RS256"}, secret=SECRET.encode()),
    "another length of hash": signed(algorithm="HS512"),
    "an algorithm that is a list": forged({"alg": ["HS256"]}, secret=SECRET.encode()),
    "a key of its own": forged({"alg": "HS256", "jwk": {"kty": "oct", "k": "AA"}}, secret=b"\0"),
    "a key from a file": forged({"alg": "HS256", "kid": "/dev/null"}, secret=b""),
    "an extension that must be understood": forged({"alg": "HS256", "crit": ["b64"]}, secret=SECRET.encode()),
    "expired": signed(exp=NOW - 1),
    "expired a moment ago": signed(exp=NOW),
    "valid for longer than a day": signed(exp=NOW + LONGEST_S + 3600),
    "valid for ever": signed(exp=None),
    "valid until infinity": forged({"alg": "HS256"}, {**CLAIMS, "exp": float("inf")}, SECRET.encode()),
    "valid until never": forged({"alg": "HS256"}, {**CLAIMS, "exp": float("nan")}, SECRET.encode()),
    "valid until a word": forged({"alg": "HS256"}, {**CLAIMS, "exp": "tomorrow"}, SECRET.encode()),
    "valid until a number in quotes": forged({"alg": "HS256"}, {**CLAIMS, "exp": str(NOW + 60)}, SECRET.encode()),
    "valid until true": forged({"alg": "HS256"}, {**CLAIMS, "exp": True}, SECRET.encode()),
    "not valid yet": signed(nbf=NOW + 3600),
    "for another site": signed(aud="pk_coffee"),
    "for a site with a longer key": signed(aud="pk_tea2"),
    "for the same key in capitals": signed(aud="PK_TEA"),
    "for nobody in particular": signed(aud=None),
    "for an empty list": signed(aud=[]),
    "for no site": forged({"alg": "HS256"}, {**CLAIMS, "aud": 7}, SECRET.encode()),
    "of nobody": signed(sub=None),
    "of an empty name": signed(sub=""),
    "of an endless name": signed(sub="x" * 300),
    "of a number": forged({"alg": "HS256"}, {**CLAIMS, "sub": 17}, SECRET.encode()),
    "claims that are a list": forged({"alg": "HS256"}, [CLAIMS], SECRET.encode()),
    "claims that are no JSON": forged({"alg": "HS256"}, b"{", SECRET.encode()),
    "a header of brackets without end": forged(DEEP),  # type: ignore[arg-type]
    "claims of brackets without end": forged({"alg": "HS256"}, DEEP, SECRET.encode()),
    "a number without end": forged({"alg": "HS256"}, b'{"exp":' + b"9" * 2000 + b"}", SECRET.encode()),
    "too long": signed(note="x" * MOST_TOKEN),
    "words": "let me in",
    "two parts": "a.b",
    "empty parts": "..",
    "letters that no token has": signed()[:-2] + "é☕",
    "half a character": "\ud83c.\ud83c.\ud83c",
    "a changed signature": signed()[:-4] + "AAAA",
    "another's signature": ".".join([*signed(sub="customer-18").split(".")[:2], signed().split(".")[2]]),
}


@pytest.mark.parametrize("token", FORGERIES.values(), ids=FORGERIES)
def test_a_token_that_is_not_right_is_nobodys(token: str) -> None:
    with pytest.raises(IdentityInvalid) as refused:
        user_of(token)
    assert str(refused.value).startswith("user_token: ")
    for part in (token, "customer", SECRET, FORMER):
        assert part not in str(refused.value)


def test_the_developer_learns_what_is_wrong() -> None:
    for token, said in (
        (signed(exp=NOW - 9), "expired"),
        (signed(aud="pk_coffee"), "aud"),
        (signed(sub=None), "sub"),
        (signed(algorithm="HS512"), "HS256"),
        (signed(OTHER), "another secret"),
        (signed(exp=NOW + 2 * LONGEST_S), "24 hours"),
        ("let me in", "not a JWT"),
    ):
        with pytest.raises(IdentityInvalid, match=said):
            user_of(token)
