"""Files are read in another process, which has limits; this is our end of it.

Rules: what a file does to its reader, it does to a process of its own; a reader that does not answer in time is ended
and replaced; nobody but us can ask it, and it ends with us. Works alike under gevent and from the command line.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO

from backend.domain.ports import PageScreen
from backend.knowledge.intake.formats.files import Reading, SourceFile, reading_from_json
from backend.knowledge.intake.formats.process import LENGTH, name_of, take_bytes
from backend.knowledge.intake.formats.refusal import ReadingLimits, Refused, read_limits
from backend.knowledge.intake.suspicion import sees_nothing

# All that the process knows of our surroundings: no key, no address of a database.
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
ROOT = Path(__file__).parents[3]
PROGRAM = "backend.knowledge.intake.formats"
GRACE_S = 10  # beyond a file's own time, for the process that ends it to say so


class ReaderEnded(RuntimeError):
    """The process that reads files cannot run here; no file is at fault."""


class SeparateReading:
    """Reads files one after the other; a context manager. It starts its process when the first file is read.

    `screen` looks at each document for what is hidden in it, in the process that reads and within its limits; so it is
    a function that can be imported. What it names is marked.
    """

    def __init__(self, limits: ReadingLimits | None = None, screen: PageScreen = sees_nothing) -> None:
        self._limits, self._screen = limits or read_limits(), screen
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> SeparateReading:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.close()

    def read(self, source: SourceFile) -> Reading:
        """Return the file's document, or why there is none; never raises for what is in the file."""
        if len(source.content) > self._limits.file_bytes:
            refused = Refused("too_large", limit=self._limits.file_bytes)
            return Reading(refused=refused.code, sentence=str(refused))
        process = self._started()
        was_ended = threading.Event()
        watch = threading.Timer(self._limits.seconds + GRACE_S, _end, [process, was_ended])
        watch.daemon = True
        watch.start()
        try:
            answer = _ask(process, source)
        finally:
            watch.cancel()
        if answer is None:
            self.close()
            if not was_ended.is_set():
                raise ReaderEnded("The process that reads files has ended by itself; see its message above.")
            refused = Refused("too_slow", limit=self._limits.seconds)
            return Reading(refused=refused.code, sentence=str(refused))
        return reading_from_json(json.loads(answer))

    def close(self) -> None:
        """End the process; the next file starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        _end(process)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                _close(stream)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603  our own program
                [sys.executable, "-m", PROGRAM, json.dumps(asdict(self._limits)), name_of(self._screen)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=ROOT,
                env=ENVIRONMENT,
                start_new_session=True,  # so that all of it can be ended at once, and Ctrl-C reaches us first
            )
        return self._process


def _ask(process: subprocess.Popen[bytes], source: SourceFile) -> bytes | None:
    """Return the answer, or None where the process has ended without one."""
    header = {name: value for name, value in asdict(source).items() if name != "content"}
    asked = json.dumps(header).encode()
    if process.stdin is None or process.stdout is None:
        return None
    try:
        process.stdin.write(LENGTH.pack(len(asked)) + asked + LENGTH.pack(len(source.content)) + source.content)
        process.stdin.flush()
        return take_bytes(process.stdout)  # type: ignore[arg-type]  # a pipe reads as a file does
    except (BrokenPipeError, ValueError):
        return None


def _end(process: subprocess.Popen[bytes], told: threading.Event | None = None) -> None:
    """End the process and the one that it has forked."""
    if told is not None:
        told.set()
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except BrokenPipeError:
        return
