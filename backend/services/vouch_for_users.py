"""A site vouches for its signed-in users with a secret that it shares with us."""

from __future__ import annotations

from dataclasses import dataclass

from backend.domain.ports import IdentityBook
from backend.domain.site import Site


@dataclass(frozen=True, slots=True)
class Vouching:
    """The secret that signs now; `is_new` where it was made just now, `has_older` where the one before counts too."""

    secret: str
    is_new: bool
    has_older: bool


def vouch_for_users(site: Site, identities: IdentityBook, *, rotates: bool = False) -> Vouching:
    """Return the site's identity secret; make one where there is none, or where another is wanted."""
    known = identities.secrets(site)
    if known and not rotates:
        return Vouching(known[0], is_new=False, has_older=len(known) > 1)
    return Vouching(identities.rotate(site), is_new=True, has_older=bool(known))
