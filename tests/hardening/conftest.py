"""The product as an attacker meets it: four real workers on a real Redis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.client import Visitor
from tests.servers import ROOT, Deskbell, RedisServer, deskbell, redis_server

WORKERS = 4
LARKMOOR = ROOT / "tests" / "larkmoor"  # with wide limits, as its neighbour
WIDE = "per_minute = 100000\nper_hour = 100000\nper_day = 100000\n"
PROXY = "127.0.0.2"  # the one that is trusted; every loopback address can be a client's

MANY_STREAMS = "streams_per_visitor = 1000\nstreams_per_address = 1000\n"


def site_folder(folder: Path, name: str, limits: str = "") -> Path:
    """Return the folder of a site with one page to answer from."""
    site = folder / name
    (site / "kb").mkdir(parents=True)
    (site / "site.toml").write_text(
        f'name = "{name}"\norigins = ["https://{name}.example"]\n[limits]\n{MANY_STREAMS}{limits}'
    )
    (site / "kb" / "hours.md").write_text("# Opening hours\n\nWe are open from 9 to 17 on weekdays.\n")
    return site


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture(scope="session")
def four_workers(tmp_path_factory: pytest.TempPathFactory, redis: RedisServer) -> Iterator[Deskbell]:
    sites = tmp_path_factory.mktemp("sites")
    folders = (
        LARKMOOR,
        site_folder(sites, "neighbour", WIDE),
        site_folder(sites, "standard"),
        site_folder(sites, "ceiling", "site_per_minute = 15\n"),
        site_folder(sites, "guarded", 'proof = "always"\n'),
        site_folder(sites, "crowded", 'site_per_minute = 3\nproof = "above_ceiling"\n'),
    )
    settings = {"REDIS_URL": redis.url, "WEB_CONCURRENCY": str(WORKERS), "TRUSTED_PROXIES": PROXY}
    with deskbell(tmp_path_factory.mktemp("data"), *folders, demo=True, **settings) as running:
        yield running


@pytest.fixture(autouse=True)
def nobody_stays() -> Iterator[None]:
    yield
    Visitor.show_all_out()
