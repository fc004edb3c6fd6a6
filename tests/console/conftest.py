"""One running product for all suites of the console, each with sites and people of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backend.domain.site import Site
from tests.console.staff import Member, Staff
from tests.servers import Deskbell, deskbell


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deskbell]:
    with deskbell(tmp_path_factory.mktemp("console"), DESKBELL_JOBS="on") as running:
        yield running


@pytest.fixture
def staff(server: Deskbell) -> Iterator[Staff]:
    staff = Staff.of(server)
    yield staff
    staff.close()


@pytest.fixture
def site(staff: Staff) -> Site:
    return staff.site()


@pytest.fixture
def owner(staff: Staff) -> Member:
    return staff.member("owner")
