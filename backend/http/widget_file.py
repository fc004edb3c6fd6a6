"""The widget's one file: its bytes as they go out, the name of its version, and the hash that a page can pin."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli

HASH_LENGTH = 20


@dataclass(frozen=True, slots=True)
class WidgetFile:
    """The file's bytes by how they are packed, the best first; the name of its version, and its SRI hash.

    Packed once for each version, as small as it gets: a page loads the file whole before anything shows.
    """

    packed: Mapping[str, bytes]
    version: str
    integrity: str

    @property
    def path(self) -> str:
        """The address that never changes its content."""
        return f"/widget/{self.version}/widget.js"


def widget_file(path: Path) -> WidgetFile:
    """Return the file as it is now."""
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _read(path: Path, changed_ns: int) -> WidgetFile:  # noqa: ARG001  a rebuilt file is read anew
    content = path.read_bytes()
    digest = hashlib.sha384(content).digest()
    packed = {"br": brotli.compress(content), "gzip": gzip.compress(content, mtime=0), "identity": content}
    return WidgetFile(packed, digest.hex()[:HASH_LENGTH], f"sha384-{base64.b64encode(digest).decode()}")
