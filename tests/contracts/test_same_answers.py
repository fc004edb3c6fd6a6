"""A site answers the same on every database: found passages, their order, scores and confidence."""

from __future__ import annotations

from pathlib import Path

from backend.app import House
from backend.domain.knowledge import Found
from backend.services.apply_folder import apply_folder
from backend.settings import read_settings
from tests.databases import make_tables

EXAMPLE = Path(__file__).parents[2] / "examples" / "help-centre"
QUESTIONS = [
    "How do I get a refund for my plan?",
    "How do I transfer my domain away?",
    "discount",
    "Can I change the colours of my shop's checkout page and add a gift card to an order?",
    "What is the airspeed of an unladen swallow?",
]


def answers_of(url: str, folder: Path) -> list[Found]:
    make_tables(url)
    house = House(read_settings({"DATA_DIR": str(folder), "DATABASE_URL": url}, folder))
    apply_folder(EXAMPLE, house)
    (site,) = house.sites.sites()
    found = [house.knowledge.search(site, question) for question in QUESTIONS]
    house.close()
    return found


def test_a_site_finds_the_same_on_sqlite_and_on_postgresql(tmp_path: Path, empty_postgresql: str) -> None:
    on_sqlite = answers_of(f"sqlite:///{tmp_path}/deskbell.db", tmp_path)
    on_postgresql = answers_of(empty_postgresql, tmp_path)

    assert all(found.hits for found in on_sqlite[:3])
    assert on_postgresql == on_sqlite
