"""A shop with a small knowledge base in a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from backend.domain.knowledge import Document
from backend.domain.site import Site, SiteSettings
from backend.knowledge.index.embeddings import MiniLm, open_mini_lm
from backend.knowledge.index.stock import restock
from backend.knowledge.intake.documents import read_markdown
from backend.store import Store
from tests.databases import make_tables

SHOP = {
    "returns.md": "# Returns\n\nYou may return anything within 30 days.\n\nTo return a parcel:\n\n1. Print the label."
    "\n2. Bring it to a shop.\n\n## Who pays for the postage?\n\nWe pay for returns within Germany.",
    "delivery.md": "# Delivery\n\nWe deliver on weekdays. Delivery takes 3 days and costs 5 euros.\n\n"
    "## Delivering abroad\n\nWe deliver to Switzerland and Austria. Customs papers are enclosed.",
    "vouchers.md": "# Gift vouchers\n\nA gift voucher is valid for three years. It is sent by email.\n\n"
    "## Redeeming a voucher\n\nTo redeem a voucher:\n\n1. Fill your basket.\n2. Enter the code.\n3. Press Redeem.",
    "repairs.md": "# Repairing your bicycle\n\nWe repair bicycles of every make on Tuesdays. Bring the lock's key.",
    "opening.md": "# Opening hours\n\n| day | hours |\n| --- | --- |\n| Monday | 9 to 18 |\n| Saturday | 10 to 14 |",
}

Opens = Callable[..., Site]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path}/shop.db"
    make_tables(url)
    store = Store.open(url, b"k" * 32)
    yield store
    store.close()


@pytest.fixture
def open_shop(store: Store) -> Opens:
    """Return a function that opens a shop with these pages."""

    def open_it(pages: Mapping[str, str] = SHOP, *, locale: str = "en", name: str = "Bicycle shop") -> Site:
        site = store.sites.create(SiteSettings(name, ("https://shop.example",), locale=locale))
        restock(store.passages, site.id, read_pages(pages), locale)
        return site

    return open_it


@pytest.fixture(scope="session")
def mini_lm() -> MiniLm:
    return open_mini_lm()


def read_pages(pages: Mapping[str, str]) -> list[Document]:
    return [read_markdown(text, path) for path, text in pages.items()]
