"""Users whom a site vouches for: a `user_token`, signed by the site with its identity secret.

1. HS256 and nothing else, whatever the token's header asks for.
2. `sub` names the user, `aud` is the site's key, `exp` is at most a day away: a token that leaks is soon worthless, and
   one for another site is worthless at once.
3. A token that is not right refuses the question. It is never answered as somebody else's, nor as nobody's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jwt
from jwt.exceptions import InvalidSubjectError

from backend.domain.errors import IdentityInvalid
from backend.domain.site import Site

ALGORITHM = "HS256"
LONGEST_S = 24 * 3600
CLOCKS_DIFFER_S = 60  # how far the site's clock may be from ours, where that makes no token live longer
MOST_TOKEN = 4_096
MOST_USER = 256

WHAT_IS_WRONG: tuple[tuple[type[Exception], str], ...] = (
    (jwt.ExpiredSignatureError, "it has expired; sign a new one when the page loads"),
    (jwt.ImmatureSignatureError, "it is not valid yet (`nbf` or `iat`); look at your server's clock"),
    (jwt.InvalidAudienceError, "`aud` is not this site's key"),
    (jwt.MissingRequiredClaimError, "it needs `sub`, `aud` and `exp`"),
    (InvalidSubjectError, "`sub` must be a string"),
    (jwt.InvalidAlgorithmError, "it must be signed with HS256"),
    (jwt.InvalidSignatureError, "it is signed with another secret; `python -m backend site identity KEY` shows yours"),
)


def verified_user(token: str, site: Site, secrets: Sequence[str], now: float) -> str:
    """Return the user whom a site vouches for; raise IdentityInvalid, which says what is wrong and repeats nothing.

    Any of the site's secrets will do. `now` is the time in seconds since the epoch.
    """
    if not secrets:
        raise wrong("this site has no identity secret; `python -m backend site identity KEY` makes one")
    if len(token) > MOST_TOKEN:
        raise wrong(f"it is longer than {MOST_TOKEN} characters")
    claims = claims_of(token, site, secrets)
    check_lifetime(claims, now)
    user = claims["sub"]
    if not isinstance(user, str) or not 0 < len(user) <= MOST_USER:
        raise wrong(f"`sub` must have 1 to {MOST_USER} characters")
    return user


def claims_of(token: str, site: Site, secrets: Sequence[str]) -> Mapping[str, object]:
    """Return what the token says, once one of the secrets has signed it."""
    problem: Exception = jwt.InvalidSignatureError()
    for secret in secrets:
        try:
            return dict(
                jwt.decode(
                    token,
                    secret,
                    algorithms=[ALGORITHM],
                    audience=site.key,
                    leeway=CLOCKS_DIFFER_S,
                    options={"require": ["exp", "sub", "aud"]},
                )
            )
        except jwt.InvalidSignatureError:
            continue
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as met:
            problem = met  # of a form that no secret mends: numbers without end, brackets without end
            break
    sentence = next((said for kind, said in WHAT_IS_WRONG if isinstance(problem, kind)), "it is not a JWT")
    raise wrong(sentence) from problem


def check_lifetime(claims: Mapping[str, object], now: float) -> None:
    """Refuse a token that has expired by our clock, or lives too long: `exp` has no leeway of ours."""
    ends = claims["exp"]
    if isinstance(ends, bool) or not isinstance(ends, (int, float)):
        raise wrong("`exp` must be a number: seconds since 1970")
    if ends <= now:
        raise wrong("it has expired; sign a new one when the page loads")
    if ends > now + LONGEST_S + CLOCKS_DIFFER_S:
        raise wrong("`exp` is more than 24 hours away")


def wrong(sentence: str) -> IdentityInvalid:
    return IdentityInvalid(f"user_token: {sentence}")
