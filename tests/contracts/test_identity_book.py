"""The book of identity secrets, on every database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from backend.domain.errors import UnknownSite
from backend.domain.site import Site
from backend.store import Store
from backend.store.encryption import CannotOpen
from tests.contracts.conftest import DATA_KEY


def test_a_site_vouches_for_nobody_until_it_has_a_secret(store: Store, site: Site) -> None:
    assert list(store.identities.secrets(site)) == []


def test_a_secret_is_long_and_never_made_twice(store: Store, site: Site, other_site: Site) -> None:
    made = {store.identities.rotate(each) for each in (site, other_site, site, other_site)}
    assert len(made) == 4
    assert all(len(bytes.fromhex(secret)) == 32 for secret in made)


def test_a_rotation_keeps_the_former_secret_and_forgets_older_ones(store: Store, site: Site) -> None:
    first = store.identities.rotate(site)
    assert store.identities.secrets(site) == [first]
    second = store.identities.rotate(site)
    assert store.identities.secrets(site) == [second, first]
    third = store.identities.rotate(site)
    assert store.identities.secrets(site) == [third, second]


def test_turned_off_a_site_vouches_for_nobody_and_may_begin_again(store: Store, site: Site) -> None:
    old = {store.identities.rotate(site), store.identities.rotate(site)}
    store.identities.turn_off(site)
    assert list(store.identities.secrets(site)) == []
    store.identities.turn_off(site)
    assert store.identities.rotate(site) not in old
    assert len(store.identities.secrets(site)) == 1


def test_one_sites_secrets_are_not_anothers(store: Store, site: Site, other_site: Site) -> None:
    ours, theirs = store.identities.rotate(site), store.identities.rotate(other_site)
    assert store.identities.secrets(site) == [ours]
    store.identities.turn_off(site)
    assert store.identities.secrets(other_site) == [theirs]


def test_rotations_at_the_same_moment_leave_the_two_newest(store: Store, site: Site) -> None:
    with ThreadPoolExecutor(6) as threads:
        made = set(threads.map(lambda _: store.identities.rotate(site), range(6)))
    assert len(made) == 6
    assert len(store.identities.secrets(site)) == 2
    assert set(store.identities.secrets(site)) < made


def test_what_another_process_made_is_seen_at_once(store: Store, store_url: str, site: Site) -> None:
    other = Store.open(store_url, DATA_KEY)
    made = other.identities.rotate(site)
    assert store.identities.secrets(site) == [made]
    other.close()


def test_another_master_key_opens_no_secret(store: Store, store_url: str, site: Site) -> None:
    store.identities.rotate(site)
    thief = Store.open(store_url, bytes(32))
    with pytest.raises(CannotOpen):
        thief.identities.secrets(site)
    thief.close()


def test_a_site_that_is_not_there_gets_no_secret(store: Store, site: Site) -> None:
    with pytest.raises(UnknownSite):
        store.identities.rotate(Site(site.id + 1, "pk_gone", 1, site.settings))
