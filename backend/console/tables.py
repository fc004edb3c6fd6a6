"""Tables as CSV, for other programs; no cell begins as a formula would."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from flask import Response

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(rows: Iterable[object], columns: Sequence[str], name: str) -> Response:
    """Return rows (objects with these attributes) as a file of CSV with the columns' names first."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(getattr(row, column)) for column in columns])
    response = Response(written.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def cell(value: object) -> object:
    """Return a value as it stands in a table: times in UTC, and text that no program takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value
