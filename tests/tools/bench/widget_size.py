"""How many bytes a page loads for the widget, whole."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import brotli

FILE = Path(__file__).parents[3] / "widget" / "dist" / "widget.js"
MOST_BROTLI = 18_250  # what the widget has room for


@dataclass(frozen=True)
class WidgetSize:
    raw: int
    gzip: int
    brotli: int


def widget_size(file: Path = FILE) -> WidgetSize:
    content = file.read_bytes()
    return WidgetSize(len(content), len(gzip.compress(content, 9)), len(brotli.compress(content, quality=11)))
