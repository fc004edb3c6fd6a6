"""The process that reads files: `python -m backend.knowledge.formats.process LIMITS`; `separate_reading.py` starts it.

Rules:
1. It reads nothing itself: for each file it forks a process that has limits, reads that one file and ends, so that
   no file can harm the next.
2. It answers every request, also where the reading process was ended: with the refusal that fits.
3. A request and an answer are each a length of eight bytes and so many bytes (a request: twice, header and content).
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import signal
import struct
import sys
import time
from typing import BinaryIO

from backend.knowledge.formats.reading import ENDINGS, Reading, Source, prepare, read_source, reading_from_json
from backend.knowledge.formats.refusal import Limits, Refused

LENGTH = struct.Struct(">Q")
READ_AT_ONCE = 1 << 16
BYTES_A_CHARACTER = 6  # of JSON, at most: a control character is written \\u001f
ROOM_FOR_LINKS = 20_000_000
DEEPEST_CALLS = 4_000  # frames; trees of the deepest allowed nesting take a few for each level


def main() -> None:
    """Answer requests until there are no more."""
    limits = Limits(**json.loads(sys.argv[1]))
    prepared: set[str] = set()
    while (source := take_source(sys.stdin.buffer)) is not None:
        kind = ENDINGS.get(source.ending, "")
        if kind not in prepared:
            prepare(kind)
            gc.freeze()  # a collection in a forked process would copy all that it looks at
            prepared.add(kind)
        answer = json.dumps(read_apart(source, limits).as_json()).encode()
        sys.stdout.buffer.write(LENGTH.pack(len(answer)) + answer)
        sys.stdout.buffer.flush()


def take_source(stream: BinaryIO) -> Source | None:
    """Return the next file that is asked for, or None when nobody asks any more."""
    header = take_bytes(stream)
    content = take_bytes(stream)
    if header is None or content is None:
        return None
    return Source(content=content, **json.loads(header))


def take_bytes(stream: BinaryIO) -> bytes | None:
    """Return what stands behind the next length; None where the stream has ended before it is whole."""
    length = stream.read(LENGTH.size)
    if len(length) < LENGTH.size:
        return None
    wanted: int = LENGTH.unpack(length)[0]
    held = stream.read(wanted)
    return held if len(held) == wanted else None


def read_apart(source: Source, limits: Limits) -> Reading:
    """Return what a process of its own reads from the file, or why it was ended."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _be_the_child(source, limits, reader, writer)
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


def _be_the_child(source: Source, limits: Limits, reader: int, writer: int) -> None:
    """Read the file under its limits, write the answer, end. Never returns."""
    code = 1
    try:
        os.close(reader)
        _limit(limits)
        sys.setrecursionlimit(DEEPEST_CALLS)
        answer = json.dumps(read_source(source, limits).as_json()).encode()
        view = memoryview(answer)
        while view:
            view = view[os.write(writer, view) :]
        code = 0
    finally:
        os._exit(code)  # whatever it was: nothing of the parent's is flushed or tidied up here


def _limit(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    devnull = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # a library's warnings are not ours to print, and our answers not its to write
        os.dup2(devnull, stream)


def _listen(reader: int, limits: Limits) -> tuple[bytes, Refused | None]:
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


def _why(exit_code: int, source: Source, limits: Limits) -> Refused:
    if exit_code in (-signal.SIGXCPU, -signal.SIGKILL):
        return Refused("too_slow", limit=limits.seconds)
    return Refused("broken", format=source.ending.lstrip(".").upper())


def _refuse(refused: Refused) -> Reading:
    return Reading(refused=refused.code, sentence=str(refused))


if __name__ == "__main__":
    main()
