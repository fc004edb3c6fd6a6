"""What every suite may ask for: a real PostgreSQL and a real browser, started once and ended with the run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, expect, sync_playwright

from tests.servers import has_postgresql, postgres_server, redis_server

settings.register_profile("house", deadline=None)  # a busy machine is no fault of what is tested
settings.load_profile("house")
PATIENCE_MS = 30_000  # until a page shows what it is to show; a busy machine takes its time
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty Redis of our own."""
    if shutil.which("redis-server") is None:
        pytest.skip("Redis is not installed (Debian: apt-get install redis-server)")
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running.url


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of an empty PostgreSQL of our own."""
    if not has_postgresql():
        pytest.skip("PostgreSQL 15 is not installed (Debian: apt-get install postgresql)")
    with postgres_server() as url:
        yield url


CHROMIUM = Path("/usr/bin/chromium")
# The same engine without windows and menus: a page costs a third. Where it is not there, the whole is taken.
WITHOUT_WINDOWS = Path("/usr/bin/chromium-headless-shell")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    program = WITHOUT_WINDOWS if WITHOUT_WINDOWS.exists() else CHROMIUM
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(program), args=FLAGS)
        yield running
        running.close()
