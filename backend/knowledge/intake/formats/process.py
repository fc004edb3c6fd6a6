"""The process that reads files; `separate_process.py` starts it.

    python -m backend.knowledge.intake.formats LIMITS

Rules:
1. It reads nothing itself: for each file it forks a process that has limits, reads that one file and ends, so that
   no file can harm the next. Small Markdown and text files, of which a folder may have thousands, share a process in
   turn; at the first sign of trouble it is ended, and the file is read by one of its own.
2. It answers every request, also where the reading process was ended: with the refusal that fits.
3. A request and an answer are each a length of eight bytes and so many bytes (a request: twice, header and content).
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import select
import signal
import struct
import sys
import time
from dataclasses import asdict, replace
from typing import BinaryIO

from backend.domain.ports import PageScreen
from backend.knowledge.intake.addressed import tongues
from backend.knowledge.intake.formats.files import ENDINGS, Reading, SourceFile, prepare, read_source, reading_from_json
from backend.knowledge.intake.formats.refusal import ReadingLimits, Refused
from backend.knowledge.intake.suspicion import with_hidden_marks

LENGTH = struct.Struct(">Q")
READ_AT_ONCE = 1 << 16
BYTES_A_CHARACTER = 6  # of JSON, at most: a control character is written \\u001f
ROOM_FOR_LINKS = 20_000_000
SMALL_KINDS = ("markdown", "text")
SMALL_BYTES = 100_000
SMALL_SECONDS = 3.0  # of the clock; a file that takes longer is read by itself, with all the time that is allowed
FILES_A_PROCESS = 100
DEEPEST_CALLS = 4_000  # frames; trees of the deepest allowed nesting take a few for each level


def main() -> None:
    """Answer requests until there are no more."""
    limits = ReadingLimits(**json.loads(sys.argv[1]))
    screen = screen_named(sys.argv[2])
    tongues()  # once, and not in every process that is forked
    small = SmallFiles(limits, screen)
    prepared: set[str] = set()
    while (source := take_source(sys.stdin.buffer)) is not None:
        kind = ENDINGS.get(source.ending, "")
        if kind not in prepared:
            prepare(kind)
            gc.freeze()  # a collection in a forked process would copy all that it looks at
            prepared.add(kind)
        is_small = kind in SMALL_KINDS and len(source.content) <= SMALL_BYTES
        reading = (small.read(source) if is_small else None) or read_apart(source, limits, screen)
        answer = json.dumps(reading.as_json()).encode()
        sys.stdout.buffer.write(LENGTH.pack(len(answer)) + answer)
        sys.stdout.buffer.flush()


def name_of(screen: PageScreen) -> str:
    """Return the name by which a screen can be imported in another process."""
    return f"{screen.__module__}:{screen.__name__}"  # type: ignore[attr-defined]  # it is a function


def screen_named(name: str) -> PageScreen:
    module, _, function = name.partition(":")
    screen: PageScreen = getattr(importlib.import_module(module), function)
    return screen


def read_marked(source: SourceFile, limits: ReadingLimits, screen: PageScreen) -> Reading:
    """Return what is read from a file, with the marks of what it hides."""
    reading = read_source(source, limits)
    if reading.document is None:
        return reading
    return replace(reading, document=with_hidden_marks(reading.document, screen))


class SmallFiles:
    """Small files of plain text, read by one process in turn; another takes over after a hundred."""

    def __init__(self, limits: ReadingLimits, screen: PageScreen) -> None:
        self._limits, self._screen = limits, screen
        self._child = self._requests = self._answers = self._read = 0

    def read(self, source: SourceFile) -> Reading | None:
        """Return what is read, or None where the process did not answer in time: it is ended then."""
        if not self._child or self._read >= FILES_A_PROCESS:
            self._end()
            self._start()
        self._read += 1
        header = json.dumps({name: value for name, value in asdict(source).items() if name != "content"}).encode()
        asked = LENGTH.pack(len(header)) + header + LENGTH.pack(len(source.content)) + source.content
        try:
            _write(self._requests, asked)
            return reading_from_json(json.loads(self._take(self._take_length())))
        except (OSError, ValueError):
            self._end()
            return None

    def _start(self) -> None:
        (requests, self._requests), (self._answers, answers) = os.pipe(), os.pipe()
        self._child, self._read = os.fork(), 0
        if self._child == 0:
            os.close(self._requests)
            os.close(self._answers)
            _read_in_turn(requests, answers, self._limits, self._screen)
        os.close(requests)
        os.close(answers)

    def _end(self) -> None:
        if not self._child:
            return
        os.kill(self._child, signal.SIGKILL)
        os.waitpid(self._child, 0)
        os.close(self._requests)
        os.close(self._answers)
        self._child = 0

    def _take_length(self) -> int:
        length: int = LENGTH.unpack(self._take(LENGTH.size))[0]
        if length > BYTES_A_CHARACTER * self._limits.text_characters:
            raise ValueError("a small file has no such text")
        return length

    def _take(self, wanted: int) -> bytes:
        """Return so many bytes of the answer; raise OSError where they do not come in time."""
        ends, held = time.monotonic() + min(SMALL_SECONDS, self._limits.seconds), bytearray()
        while len(held) < wanted:
            left = ends - time.monotonic()
            if left <= 0 or not select.select([self._answers], [], [], left)[0]:
                raise TimeoutError
            piece = os.read(self._answers, wanted - len(held))
            if not piece:
                raise BrokenPipeError
            held += piece
        return bytes(held)


def _read_in_turn(requests: int, answers: int, limits: ReadingLimits, screen: PageScreen) -> None:
    """Read what is asked for until nobody asks any more; never returns."""
    code = 1
    try:
        _limit(limits)
        with os.fdopen(requests, "rb") as stream:
            while (source := take_source(stream)) is not None:
                answer = json.dumps(read_marked(source, limits, screen).as_json()).encode()
                _write(answers, LENGTH.pack(len(answer)) + answer)
        code = 0
    finally:
        os._exit(code)


def _write(to: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(to, view) :]


def take_source(stream: BinaryIO) -> SourceFile | None:
    """Return the next file that is asked for, or None when nobody asks any more."""
    header = take_bytes(stream)
    content = take_bytes(stream)
    if header is None or content is None:
        return None
    return SourceFile(content=content, **json.loads(header))


def take_bytes(stream: BinaryIO) -> bytes | None:
    """Return what stands behind the next length; None where the stream has ended before it is whole."""
    length = stream.read(LENGTH.size)
    if len(length) < LENGTH.size:
        return None
    wanted: int = LENGTH.unpack(length)[0]
    held = stream.read(wanted)
    return held if len(held) == wanted else None


def read_apart(source: SourceFile, limits: ReadingLimits, screen: PageScreen) -> Reading:
    """Return what a process of its own reads from the file, or why it was ended."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _be_the_child(source, limits, screen, reader, writer)
    os.close(writer)
    said, problem = _listen(reader, limits)
    os.close(reader)
    if problem is not None:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if problem is not None:
        return _refuse(problem)
    if os.waitstatus_to_exitcode(status) == 0:
        return reading_from_json(json.loads(said))
    return _refuse(_why(os.waitstatus_to_exitcode(status), source, limits))


def _be_the_child(source: SourceFile, limits: ReadingLimits, screen: PageScreen, reader: int, writer: int) -> None:
    """Read the file under its limits, write the answer, end. Never returns."""
    code = 1
    try:
        os.close(reader)
        _limit(limits)
        sys.setrecursionlimit(DEEPEST_CALLS)
        _write(writer, json.dumps(read_marked(source, limits, screen).as_json()).encode())
        code = 0
    finally:
        os._exit(code)  # whatever it was: nothing of the parent's is flushed or tidied up here


def _limit(limits: ReadingLimits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    devnull = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # a library's warnings are not ours to print, and our answers not its to write
        os.dup2(devnull, stream)


def _listen(reader: int, limits: ReadingLimits) -> tuple[bytes, Refused | None]:
    """Return what the child wrote until it closed, or why it must be ended."""
    ends = time.monotonic() + limits.seconds
    most = BYTES_A_CHARACTER * limits.text_characters + ROOM_FOR_LINKS
    held = bytearray()
    while True:
        left = ends - time.monotonic()
        if left <= 0 or not select.select([reader], [], [], left)[0]:
            return b"", Refused("too_slow", limit=limits.seconds)
        piece = os.read(reader, READ_AT_ONCE)
        if not piece:
            return bytes(held), None
        held += piece
        if len(held) > most:
            return b"", Refused("too_long", limit=limits.text_characters)


def _why(exit_code: int, source: SourceFile, limits: ReadingLimits) -> Refused:
    if exit_code in (-signal.SIGXCPU, -signal.SIGKILL):
        return Refused("too_slow", limit=limits.seconds)
    return Refused("broken", format=source.ending.lstrip(".").upper())


def _refuse(refused: Refused) -> Reading:
    return Reading(refused=refused.code, sentence=str(refused))
