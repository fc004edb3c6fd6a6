"""Runs our programs in processes that have read the libraries already: a run of the tests starts some hundred of them.

One process, the nursery, imports what costs most and then forks itself for each command that is asked for. A command
has an environment and standard files of its own, and ends as any other does.

`COMMANDS` is for commands that end. `SERVERS` is for `serve`: gevent has patched that nursery before anything else was
imported, as gunicorn's worker does it, none of our own modules is there yet, and where `serve` becomes gunicorn it does
so within its process. The tests of starts, stops and restarts use neither: they run what an operator runs.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from os import execv, fork, waitpid  # as they are before gevent patches them: a nursery has no loop
from pathlib import Path
from pkgutil import walk_packages
from socket import recv_fds
from typing import IO, Any, NoReturn

ROOT = Path(__file__).parents[1]
LARGEST_REQUEST = 200_000  # bytes
HEAVY = (
    "sqlalchemy.dialects.sqlite",
    "alembic.command",
    "presidio_analyzer",
    "anthropic",
    "jsonschema",
    "structlog",
    "numpy",
)
HEAVY_FOR_SERVERS = ("flask", "flask_limiter", "redis", "jwt", "gunicorn.app.wsgiapp", "markdown_it")


@dataclass
class Nursery:
    """The process that forks; it is started when the first program is asked for, and ends with us."""

    kind: str
    _door: socket.socket | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], files: tuple[IO[Any], IO[Any], IO[Any]]
    ) -> Forked:
        """Run `python -m backend` with these arguments; its standard files are these three."""
        ours, theirs = os.pipe()
        with self._lock:
            mask = os.umask(0)  # there is no other way to ask for it
            os.umask(mask)
            asked = {"arguments": list(arguments), "environment": dict(environment), "umask": mask}
            self._door = self._door or _open(self.kind)
            socket.send_fds(self._door, [json.dumps(asked).encode()], [*(file.fileno() for file in files), theirs])
        os.close(theirs)
        told = os.fdopen(ours, "rb", buffering=0)
        select.select([told], [], [])  # under gevent others go on meanwhile, as they do not while a pipe is read
        return Forked(int(_line(told)), told)


@dataclass
class Forked:
    """A running program; the part of `subprocess.Popen` that tests use."""

    pid: int
    _told: IO[bytes]
    returncode: int | None = None

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._told], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            self.returncode = int(_line(self._told))
            self._told.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


COMMANDS, SERVERS = Nursery("commands"), Nursery("servers")


def run_forked(
    arguments: Sequence[str], environment: Mapping[str, str], stdin: str = "", timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run a command of ours to its end, as `subprocess.run` would."""
    with (
        tempfile.TemporaryFile("w+") as given,
        tempfile.TemporaryFile("w+") as said,
        tempfile.TemporaryFile("w+") as told,
    ):
        given.write(stdin)
        given.seek(0)
        running = COMMANDS.start(arguments, environment, (given, said, told))
        try:
            code = running.wait(timeout)
        except subprocess.TimeoutExpired:
            running.kill()
            raise
        said.seek(0)
        told.seek(0)
        return subprocess.CompletedProcess([*arguments], code, said.read(), told.read())


def _open(kind: str) -> socket.socket:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.forked", kind, str(theirs.fileno())]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=[theirs.fileno()])
    theirs.close()
    atexit.register(_close, process, ours)
    return ours


def _close(process: subprocess.Popen[bytes], door: socket.socket) -> None:
    door.close()
    process.wait()


def _line(file: IO[bytes]) -> bytes:
    """Return the next line; the file has no buffer of its own, so that `select` tells the truth about it."""
    line = b""
    while not line.endswith(b"\n"):
        line += file.read(1) or b"-1\n"  # its keeper was killed
    return line


# Within the nursery.


def _serve(door: socket.socket) -> None:
    """Fork for each request until whoever asks has gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the keepers
    gc.freeze()
    while True:
        request, files, _, _ = recv_fds(door, LARGEST_REQUEST, 4)
        if not request:
            return
        if fork() == 0:
            door.close()
            _keep(json.loads(request), files)
        for file in files:
            os.close(file)


def _keep(request: dict[str, Any], files: Sequence[int]) -> None:
    """Fork the command, tell its number, wait for its end and tell the code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if (child := fork()) == 0:
        _become(request, files)
        from backend.__main__ import main

        sys.exit(main())
    os.write(files[3], f"{child}\n".encode())
    for file in files[:3]:
        os.close(file)
    _, status = waitpid(child, 0)
    os.write(files[3], f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(request: dict[str, Any], files: Sequence[int]) -> None:
    """Take the place of a fresh process: its standard files, its environment, its arguments."""
    for number, file in enumerate(files[:3]):
        os.dup2(file, number)
    for file in files:
        os.close(file)
    os.umask(request["umask"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["python -m backend", *request["arguments"]]


def _import_commands() -> None:
    import backend.commands

    for name in (*HEAVY, "backend.__main__", "backend.app", "backend.turn.ingress"):
        import_module(name)
    for module in walk_packages(backend.commands.__path__, "backend.commands."):
        import_module(module.name)


def _import_servers() -> None:
    from gevent import monkey

    monkey.patch_all()
    for name in (*HEAVY, *HEAVY_FOR_SERVERS):
        import_module(name)
    os.execv = _go_on_as  # type: ignore[assignment]


def _go_on_as(_program: str, command: Sequence[str]) -> NoReturn:
    """Do what `python -m gunicorn …` does, here; what it starts in its turn is started as ever."""
    from gunicorn.app.wsgiapp import run

    os.execv = execv
    sys.argv = [*command[2:]]
    run()
    sys.exit(0)


IMPORTS = {"commands": _import_commands, "servers": _import_servers}

if __name__ == "__main__":
    door = socket.socket(fileno=int(sys.argv[2]))
    door.setblocking(True)  # a socket that was made under gevent is not
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does, before numpy is imported
    IMPORTS[sys.argv[1]]()
    _serve(door)
