"""The checks as they are shipped, opened once: compiling their tables takes longer than all that they are asked."""

from __future__ import annotations

import pytest

from backend.turn.ingress import Checks
from backend.turn.ingress.injection import InjectionModel
from backend.turn.ingress.personal_data import PersonalData


@pytest.fixture(scope="package")
def finder() -> PersonalData:
    return PersonalData()


@pytest.fixture(scope="package")
def detector() -> InjectionModel:
    return InjectionModel()


@pytest.fixture(scope="package")
def checks(finder: PersonalData, detector: InjectionModel) -> Checks:
    return Checks(finder, detector)
