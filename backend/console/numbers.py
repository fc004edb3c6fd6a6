"""How it goes: what was asked and answered, how fast, and for owners what it costs; the table behind, and CSV."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, request

from backend.console.charts import Series, chart_of
from backend.console.pages import language_of_viewer, page
from backend.console.parts import house
from backend.console.tables import csv_of
from backend.console.viewer import at_site, viewer
from backend.console.words import say
from backend.services.find_gaps import live_gaps
from backend.services.report_numbers import Numbers, costs_of, report_before, report_numbers, span_of
from backend.services.report_targets import report_targets
from backend.services.top_questions import LOOKED_AT, top_questions

door = Blueprint("numbers", __name__)
SPANS = (7, 30, 90)
GAPS_SHOWN = 5
COLUMNS = (
    *("at", "questions", "answered", "unanswered", "failed", "first_text_ms", "slow_first_text_ms", "whole_ms"),
    "conversations",
)


@door.get("/<key>/numbers")
def show(key: str) -> Response:
    site = at_site(key, "read")
    start, end = span_of(request.args.get("from"), request.args.get("to"), datetime.now(UTC))
    numbers = report_numbers(site, start, end, "day", house())
    if request.args.get("as") == "csv":
        return csv_of(numbers.steps, (*COLUMNS, *(["cost_usd"] if viewer().may("money") else [])), f"{key}-numbers.csv")
    costs = costs_of(numbers.hours, "model") if viewer().may("money") else []
    return page(
        "numbers",
        numbers=numbers,
        before=report_before(site, start, end, house()),
        costs=costs,
        targets=report_targets(site.settings.targets, numbers, asks_stars=site.settings.stars),
        asked=asked_chart(numbers),
        top=top_questions(site, house()),
        looked_at=LOOKED_AT,
        gaps=live_gaps(site, house(), house().time())[:GAPS_SHOWN],
        spans=[(days, f"?from={(end - timedelta(days=days)).date()}", days == (end - start).days) for days in SPANS],
        start=start.date(),
        last=(end - timedelta(days=1)).date(),
    )


def asked_chart(numbers: Numbers) -> object:
    language = language_of_viewer()
    return chart_of(
        [
            Series(say(language, "numbers.questions"), [step.questions for step in numbers.steps]),
            Series(say(language, "numbers.answered"), [step.answered for step in numbers.steps]),
        ],
        [say(language, f"month.{step.at.month}", day=step.at.day) for step in numbers.steps],
    )
