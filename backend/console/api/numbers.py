"""Numbers and costs of a span, as JSON or as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request

from backend.accounts.permissions import may
from backend.console.api.callers import access, site_for
from backend.console.api.shapes import moment
from backend.console.parts import house
from backend.console.tables import csv_of
from backend.domain.conversation import STARS
from backend.domain.numbers import Span
from backend.services.report_numbers import report_costs, report_numbers, span_of
from backend.services.report_targets import report_targets
from backend.services.top_questions import top_questions

door = Blueprint("numbers", __name__)
COLUMNS = (
    *("at", "questions", "answered", "unanswered", "failed", "first_text_ms", "slow_first_text_ms", "whole_ms"),
    *("conversations", "questions_a_conversation", "continued_share"),
)
COST_COLUMNS = ("of", "questions", "input_tokens", "output_tokens", "cost_usd")


@door.get("/sites/<key>/numbers")
def numbers(key: str) -> Response:
    site = site_for(key, "read")
    start, end = span_of(request.args.get("from"), request.args.get("to"), datetime.now(UTC))
    told = report_numbers(site, start, end, request.args.get("by", "day"), house())
    columns = (*COLUMNS, *(["cost_usd"] if may(access(), site.id, "money") else []))
    if wants_csv():
        return csv_of(told.steps, columns, f"{key}-numbers.csv")
    return jsonify(
        items=[span_shape(step, columns) for step in told.steps],
        next=None,
        whole=span_shape(told.whole, columns),
        thumbs_up=told.voices.up,
        thumbs_down=told.voices.down,
        handoffs=told.voices.handoffs,
        top=[asdict(each) for each in top_questions(site, house())],
        stars=told.voices.mean_stars,
        stars_given={str(stars): told.voices.stars.get(stars, 0) for stars in STARS},
        targets=[asdict(each) for each in report_targets(site.settings.targets, told, asks_stars=site.settings.stars)],
    )


@door.get("/sites/<key>/costs")
def costs(key: str) -> Response:
    site = site_for(key, "money")
    start, end = span_of(request.args.get("from"), request.args.get("to"), datetime.now(UTC))
    by = request.args.get("by", "day")
    told = report_costs(site, start, end, by, house())
    if wants_csv():
        return csv_of(told, COST_COLUMNS, f"{key}-costs.csv")
    return jsonify(
        items=[
            {
                by: each.of,
                "questions": each.questions,
                "input_tokens": each.input_tokens,
                "output_tokens": each.output_tokens,
                "cost_usd": f"{each.cost_usd:.6f}",
            }
            for each in told
        ],
        next=None,
    )


def wants_csv() -> bool:
    return request.accept_mimetypes.best_match(["application/json", "text/csv"]) == "text/csv"


def span_shape(span: Span, columns: Sequence[str]) -> dict[str, object]:
    """Return a span; money is text, since a program must not round it."""
    shape: dict[str, object] = {name: getattr(span, name) for name in columns}
    shape["at"] = moment(span.at)
    if "cost_usd" in shape:
        shape["cost_usd"] = f"{span.cost_usd:.6f}"
    return shape
