"""The widget's own sentences in the visitor's language.

The widget carries English itself; what it says in other languages comes with the site's settings, so that a page loads
one language and not all of them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

FILE_NAME = "words.json"
CARRIED = "en"  # by the widget itself


@lru_cache(maxsize=4)
def read_words(path: Path, changed_ns: int) -> Mapping[str, Mapping[str, object]]:  # noqa: ARG001  a rebuilt file is read anew
    languages: Mapping[str, Mapping[str, object]] = json.loads(path.read_bytes())
    return languages


def maybe_words(folder: Path, locale: str) -> Mapping[str, object] | None:
    """Return the words of the locale's language; None where there are none, or where the widget has them itself."""
    path = folder / FILE_NAME
    language = locale.partition("-")[0].lower()
    if language == CARRIED or not path.exists():
        return None
    return read_words(path, path.stat().st_mtime_ns).get(language)
