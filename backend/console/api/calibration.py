"""How far the confidence of replies can be believed."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, Response, jsonify

from backend.console.api.callers import site_for
from backend.console.api.numbers import wants_csv
from backend.console.parts import house
from backend.console.tables import csv_of
from backend.services.report_calibration import report_calibration

door = Blueprint("calibration", __name__)
COLUMNS = ("said", "right", "least", "most", "count")
DIGITS = 4


@door.get("/sites/<key>/calibration")
def show(key: str) -> Response:
    told = report_calibration(site_for(key, "read"), house())
    if wants_csv():
        return csv_of(told.curve, COLUMNS, f"{key}-calibration.csv")
    return jsonify(
        decisions=told.decisions,
        drawn=told.drawn,
        drawn_wrong=told.drawn_wrong,
        error=round(told.error, DIGITS),
        error_as_stated=round(told.error_as_stated, DIGITS),
        right_order=None if told.right_order is None else round(told.right_order, DIGITS),
        curve=[rounded(asdict(each)) for each in told.curve],
        thresholds=[rounded(asdict(each)) for each in told.thresholds],
        suggested=told.suggested,
    )


def rounded(row: dict[str, float]) -> dict[str, float]:
    return {name: round(value, DIGITS) for name, value in row.items()}
