"""The product as it is run on each log: one server on a SQLite file; two servers with a worker each on one Redis."""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.restarts.reading import workers_of
from tests.servers import (
    ROOT,
    Deskbell,
    ModelServer,
    end,
    environment_for,
    free_port,
    redis_server,
    run_backend,
    wait_until_ready,
)
from tests.tools.matrix.visits import ask_for

LARKMOOR = ROOT / "tests" / "larkmoor"
CONFIG = ROOT / "backend" / "gunicorn.conf.py"
SQLITE, REDIS = "SQLite file", "Redis"
ENDS_WITHIN_S = 60.0


@dataclass
class House:
    """Servers in front of one database and one turn log."""

    log: str
    servers: list[Deskbell]
    shop_port: int  # of a page of the site's own, which may ask
    site: str = "pk_larkmoor"

    @property
    def urls(self) -> list[str]:
        return [server.url for server in self.servers]

    def reload(self, server: Deskbell) -> None:
        """Let a new worker take over from the one that runs."""
        server.process.send_signal(signal.SIGHUP)

    def restart(self, server: Deskbell) -> None:
        """End a server as a deploy does, and start it again at its address."""
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(ENDS_WITHIN_S)
        server.process = start(server.environment, server.log)
        wait_until_ready(server)

    def kill_worker(self, server: Deskbell) -> float:
        """Kill a server's worker, and return when."""
        (worker,) = workers_of(server)
        killed_at = time.monotonic()
        os.kill(worker, signal.SIGKILL)
        return killed_at

    def counted(self) -> list[dict[str, int]]:
        """Return what each worker holds."""
        return [ask_for(url, "/counted") for url in self.urls]


@contextlib.contextmanager
def house_on(log: str, folder: Path, model: ModelServer) -> Iterator[House]:
    """Run the product on this log until the block ends."""
    with contextlib.ExitStack() as running:
        shared = {
            "DATABASE_URL": f"sqlite:///{folder}/deskbell.sqlite3",
            "SECRET_KEY": "a secret that servers share",
            "DATA_KEY": base64.b64encode(bytes(range(32))).decode(),
            "ANTHROPIC_API_KEY": "sk-test",
            "ANTHROPIC_BASE_URL": model.url,
            "MAX_STREAMS": "10000",
        }
        if log == REDIS:
            shared["REDIS_URL"] = running.enter_context(redis_server(folder)).url
        shop_port = free_port()
        prepare(environment_for(folder, **shared), folder / "site", shop_port)
        servers = []
        for number in range(2 if log == REDIS else 1):
            home = folder / f"server-{number}"
            home.mkdir()
            port = free_port()
            environment = environment_for(home, PORT=str(port), **shared)
            made = Deskbell(f"http://127.0.0.1:{port}", environment, start(environment, home / "log"), home / "log")
            made.sites["larkmoor"] = "pk_larkmoor"
            running.callback(lambda made=made: end(made.process))
            servers.append(made)
        for server in servers:
            wait_until_ready(server)
        yield House(log, servers, shop_port)


def prepare(environment: dict[str, str], site: Path, shop_port: int) -> None:
    """Make the database, with the tests' own shop in it."""
    shutil.copytree(LARKMOOR, site)
    described = (site / "site.toml").read_text()
    (site / "site.toml").write_text(described.replace("http://shop.localhost:9", f"http://127.0.0.1:{shop_port}"))
    for command in (("migrate",), ("site", "apply", str(site))):
        done = run_backend(*command, environment=environment)
        assert done.returncode == 0, done.stderr


def start(environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gunicorn", "-c", str(CONFIG), "tests.tools.matrix.counted:app"]
    with log.open("ab") as sink:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=sink, stderr=sink)
