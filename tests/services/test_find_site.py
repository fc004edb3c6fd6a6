"""A site is found by its key; a wrong key says where the keys are."""

from __future__ import annotations

import pytest

from backend.app import House
from backend.domain.errors import SettingsError
from backend.domain.site import Site
from backend.services.find_site import find_site
from tests.services.conftest import KEY


def test_a_key_leads_to_its_site(house: House, site: Site) -> None:
    assert find_site(KEY, house.sites) == site


def test_a_wrong_key_says_where_the_keys_are(house: House) -> None:
    with pytest.raises(SettingsError, match="site list"):
        find_site("pk_nobody", house.sites)
