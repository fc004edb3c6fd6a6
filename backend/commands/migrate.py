"""`migrate`: bring the database's tables to those that this version knows."""

from __future__ import annotations

import argparse

from backend.app import House
from backend.settings import Settings
from backend.store import migrate


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    subparsers.add_parser(
        "migrate",
        help="bring the database up to date",
        description="Makes or changes the tables of DATABASE_URL. Safe to run twice and from two machines at once.",
    )


def run(_arguments: argparse.Namespace, house: House) -> int:
    migrate_database(house.settings)
    return 0


def migrate_database(settings: Settings) -> None:
    migrate(settings.database_url)
