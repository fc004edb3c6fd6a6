"""A site's identity secret is made once, and again where its owner wants another."""

from __future__ import annotations

from backend.app import House
from backend.domain.site import Site
from backend.services.vouch_for_users import vouch_for_users


def test_a_secret_is_made_once_and_then_shown(house: House, site: Site) -> None:
    first = vouch_for_users(site, house.identities)
    again = vouch_for_users(site, house.identities)
    assert first.is_new
    assert (again.secret, again.is_new) == (first.secret, False)


def test_after_a_rotation_the_secret_before_still_counts(house: House, site: Site) -> None:
    first = vouch_for_users(site, house.identities)
    rotated = vouch_for_users(site, house.identities, rotates=True)
    assert (rotated.is_new, rotated.has_older) == (True, True)
    assert list(house.identities.secrets(site)) == [rotated.secret, first.secret]
