"""Starts the real servers that tests talk to, on free ports of 127.0.0.1, and ends them by their own process."""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import hashlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.forked import SERVERS, Forked, run_forked

ROOT = Path(__file__).parents[1]
START_S = 120.0
# Where a test names one of these, its data are made for it alone.
OWN_DATA = frozenset({"DATABASE_URL", "DATA_KEY", "SECRET_KEY", "DESKBELL_EMBEDDINGS"})
POSTGRESQL = Path("/usr/lib/postgresql/15/bin")
# As root, PostgreSQL refuses to run; Debian's package has made a user for it.
AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []


def free_port() -> int:
    """Return a port at which nobody listens, below those that the kernel gives to connections while a server starts."""
    first_of_connections = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", random.randrange(20_000, max(first_of_connections, 21_000))))
            port: int = listener.getsockname()[1]
            return port


@dataclass
class ModelServer:
    """The scripted model server; `play` tells it what to write."""

    url: str

    def play(self, *scripts: dict[str, Any]) -> None:
        self._call("PUT", "/scripts", list(scripts))

    def requests(self) -> list[dict[str, Any]]:
        return self._call("GET", "/requests")

    def count(self) -> int:
        return int(self._call("GET", "/requests/count"))

    def forget(self) -> None:
        self._call("DELETE", "/requests")

    def _call(self, method: str, path: str, body: object = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)


@contextlib.contextmanager
def model_server(script: dict[str, Any] | None = None) -> Iterator[ModelServer]:
    command = [sys.executable, "-m", "tests.model_server", "--script", json.dumps(script or {})]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield ModelServer(process.stdout.readline().strip())
        finally:
            process.terminate()


@dataclass
class Deskbell:
    """A running product. `run` calls its command line on the same data; `log` is the server's standard error."""

    url: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | Forked
    log: Path
    sites: dict[str, str] = field(default_factory=dict)
    ready_s: float = 0.0  # from its start

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return run_backend(*arguments, environment=self.environment, stdin=stdin)


@dataclass
class RedisServer:
    """A Redis of our own that can be ended and started again on its port."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--loglevel", "warning"]
        command = ["redis-server", "--port", str(self.port), "--dir", str(self.folder), *options]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as asking:
                asking.sendall(b"PING\r\n")
                if asking.recv(16).startswith(b"+PONG"):
                    return
            time.sleep(0.02)
        raise AssertionError("redis-server did not start")

    def end(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextlib.contextmanager
def redis_server(folder: Path) -> Iterator[RedisServer]:
    server = RedisServer(free_port(), folder)
    server.start()
    try:
        yield server
    finally:
        server.end()


def has_postgresql() -> bool:
    return (POSTGRESQL / "initdb").exists()


def run_as_postgres(program: str, *arguments: str) -> None:
    command = [*AS_POSTGRES, str(POSTGRESQL / program), *arguments]
    done = subprocess.run(command, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    assert done.returncode == 0, f"{program} failed:\n{done.stdout}"


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """Run an empty PostgreSQL of our own until the block ends; its address names the database `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="deskbell-postgres-"))
    if AS_POSTGRES:
        shutil.chown(folder, "postgres", "postgres")
    cluster, port = folder / "cluster", free_port()
    run_as_postgres("initdb", "-D", str(cluster), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
    # Nothing here outlives the run, so nothing needs to reach the disk.
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    run_as_postgres("pg_ctl", "-D", str(cluster), "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        run_as_postgres("pg_ctl", "-D", str(cluster), "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def environment_for(folder: Path, **settings: str) -> dict[str, str]:
    """Return an environment with these settings and none of the machine's own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
    return {**kept, "DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1", "DESKBELL_JOBS": "off", **settings}


def run_backend(*arguments: str, environment: dict[str, str], stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command of ours to its end, in a process of its own."""
    return run_forked(arguments, environment, stdin)


@contextlib.contextmanager
def deskbell(
    folder: Path, *sites: Path, demo: bool = False, as_operators_do: bool = False, **settings: str
) -> Iterator[Deskbell]:
    """Run the product with its data in `folder`, these sites' folders applied, until the block ends.

    `as_operators_do` where the start or the end, or what the processes cost, is what is tried.
    """
    port = int(settings.pop("PORT", 0)) or free_port()
    environment = environment_for(folder, PORT=str(port), **settings)
    keys = prepare(folder, sites, environment)
    log = folder / "server.log"
    command = ["serve", *(["--demo"] if demo else [])]
    began = time.monotonic()
    with log.open("ab") as sink, Path(os.devnull).open("rb") as nothing:
        process = (
            subprocess.Popen(
                [sys.executable, "-m", "backend", *command], cwd=ROOT, env=environment, stdout=sink, stderr=sink
            )
            if as_operators_do
            else SERVERS.start(command, environment, (nothing, sink, sink))
        )
    server = Deskbell(f"http://127.0.0.1:{port}", environment, process, log, keys)
    try:
        wait_until_ready(server)
        server.ready_s = time.monotonic() - began
        yield server
    finally:
        end(process)


def prepare(folder: Path, sites: Sequence[Path], environment: dict[str, str]) -> dict[str, str]:
    """Publish these sites into the data folder; return their keys. What was published once is copied the next time."""
    is_new = not folder.exists() or not any(folder.iterdir())
    if not sites or not is_new or OWN_DATA & environment.keys():
        return publish(sites, environment)
    contents = hashlib.sha256("".join(f"{site.name} {digest_of(site)}\n" for site in sites).encode())
    kept = prepared_folder() / contents.hexdigest()
    with locked(kept.with_suffix(".lock")):
        if not kept.exists():
            fresh = kept.with_suffix(".fresh")
            keys = publish(sites, {**environment, "DATA_DIR": str(fresh / "data")})
            (fresh / "keys.json").write_text(json.dumps(keys))
            fresh.rename(kept)
    shutil.copytree(kept / "data", folder, dirs_exist_ok=True)
    known: dict[str, str] = json.loads((kept / "keys.json").read_text())
    return known


def prepared_folder() -> Path:
    """Return where all workers of one run keep what they have published; whoever made it takes it away at the end."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or str(os.getpid())
    folder = Path(tempfile.gettempdir()) / f"deskbell-prepared-{run}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Let one process at a time in."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def publish(sites: Sequence[Path], environment: dict[str, str]) -> dict[str, str]:
    keys = {}
    for number, site in enumerate(sites):
        if number == 0:
            migrated = run_backend("migrate", environment=environment)
            assert migrated.returncode == 0, migrated.stderr
        applied = run_backend("site", "apply", str(site), environment=environment)
        assert applied.returncode == 0, applied.stderr
        keys[site.name] = applied.stdout.split()[-1]
    return keys


def digest_of(folder: Path) -> str:
    """Return what changes when any file of a site's folder does."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def wait_until_ready(server: Deskbell) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        assert server.process.poll() is None, f"the server ended at its start:\n{server.log.read_text()}"
        with contextlib.suppress(OSError):  # not yet there, or not yet ready
            urllib.request.urlopen(f"{server.url}/readyz", timeout=2).close()
            return
        time.sleep(0.05)
    raise AssertionError(f"the server was not ready in {START_S} s:\n{server.log.read_text()}")


def end(process: subprocess.Popen[bytes] | Forked) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
