"""A process that reads files, shared by the tests of every format."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from backend.domain.knowledge import Document
from backend.knowledge.intake.formats.files import SourceFile
from backend.knowledge.intake.separate_process import SeparateReading


@pytest.fixture(scope="module")
def reader() -> Iterator[SeparateReading]:
    with SeparateReading() as reader:
        yield reader


def read(reader: SeparateReading, name: str, content: bytes, url: str = "") -> Document:
    reading = reader.read(SourceFile(name, name[name.rindex(".") :], content, url))
    assert reading.document is not None, reading
    return reading.document
