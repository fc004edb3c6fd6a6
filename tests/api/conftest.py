"""The product on real gunicorn: once with the embedded answerer, once with the scripted Claude."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.client import Visitor
from tests.servers import ROOT, Deskbell, ModelServer, deskbell, model_server

LARKMOOR = ROOT / "tests" / "larkmoor"


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deskbell]:
    with deskbell(tmp_path_factory.mktemp("embedded"), LARKMOOR, strict_site(tmp_path_factory)) as running:
        yield running


@pytest.fixture(scope="session")
def model() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture(scope="session")
def claude(tmp_path_factory: pytest.TempPathFactory, model: ModelServer) -> Iterator[Deskbell]:
    folder = tmp_path_factory.mktemp("claude")
    with deskbell(folder, LARKMOOR, ANTHROPIC_API_KEY="sk-test", ANTHROPIC_BASE_URL=model.url) as running:
        yield running


@pytest.fixture
def visitor(embedded: Deskbell) -> Visitor:
    return Visitor(embedded.url, embedded.sites["larkmoor"])


@pytest.fixture
def asker(claude: Deskbell, model: ModelServer) -> Visitor:
    model.play({})
    model.forget()
    return Visitor(claude.url, claude.sites["larkmoor"])


def strict_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second site, with the standard limits and a model's worth of nothing to say."""
    folder = tmp_path_factory.mktemp("sites") / "strict"
    (folder / "kb").mkdir(parents=True)
    (folder / "site.toml").write_text('name = "Strict"\norigins = ["https://strict.example"]\n')
    (folder / "kb" / "hours.md").write_text("# Opening hours\n\nWe are open from 9 to 17 on weekdays.\n")
    return folder


@pytest.fixture(autouse=True)
def nobody_stays() -> Iterator[None]:
    yield
    Visitor.show_all_out()
