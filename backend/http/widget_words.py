"""The widget's own sentences in the visitor's language.

They come with the site's settings, so that a page loads one language and not all of them. A language that has none is
spoken to in English.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

FILE_NAME = "words.json"
FALLBACK = "en"


@lru_cache(maxsize=4)
def read_words(path: Path, changed_ns: int) -> Mapping[str, Mapping[str, object]]:  # noqa: ARG001  a rebuilt file is read anew
    languages: Mapping[str, Mapping[str, object]] = json.loads(path.read_bytes())
    return languages


def maybe_words(folder: Path, locale: str) -> Mapping[str, object] | None:
    """Return the words of the locale's language, or English; None where no widget has been built."""
    path = folder / FILE_NAME
    if not path.exists():
        return None
    languages = read_words(path, path.stat().st_mtime_ns)
    return languages.get(locale.partition("-")[0].lower()) or languages.get(FALLBACK)
