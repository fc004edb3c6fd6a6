"""A site with pages, a scripted model server, and the corridor between."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from backend.domain.site import Site
from backend.knowledge.index.stock import restock
from backend.knowledge.intake.folder import read_knowledge
from backend.sites.reading import read_site
from backend.store import Store
from backend.turn.ingress.personal_data import PersonalData
from tests.databases import make_tables
from tests.failures.models.corridor import Corridor
from tests.servers import ROOT, ModelServer, model_server

LARKMOOR = ROOT / "tests" / "larkmoor"
Opens = Callable[..., Corridor]


@pytest.fixture(scope="package")
def model() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path_factory.mktemp('failures')}/deskbell.db"
    make_tables(url)
    store = Store.open(url, bytes(range(32)))
    yield store
    store.close()


@pytest.fixture(scope="package")
def site(store: Store) -> Site:
    site = store.sites.create(read_site(LARKMOOR).settings)
    restock(store.passages, site.id, read_knowledge(LARKMOOR / "kb").documents, "en")
    return site


@pytest.fixture(scope="package")
def finder() -> PersonalData:
    return PersonalData()


@pytest.fixture
def open_corridor(store: Store, site: Site, finder: PersonalData, model: ModelServer) -> Iterator[Opens]:
    """Return a function that opens a corridor to the scripted model, or to another address."""
    opened: list[Corridor] = []

    def open_it(url: str = model.url, **settings: object) -> Corridor:
        opened.append(Corridor(store, site, finder, url, **settings))  # type: ignore[arg-type]
        return opened[-1]

    model.forget()
    yield open_it
    for corridor in opened:
        corridor.close()


@pytest.fixture
def corridor(open_corridor: Opens) -> Corridor:
    return open_corridor()
