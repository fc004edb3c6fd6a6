"""Does it know what it knows? The confidence of replies held against what staff decided, and from where to ask them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from itertools import pairwise
from typing import Any

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.console.pages import page
from backend.console.parts import house, where
from backend.console.queue_view import word_for
from backend.console.reliability import reliability_chart
from backend.console.tables import csv_of
from backend.console.toasts import done
from backend.console.viewer import at_site, draft_of, viewer
from backend.domain.audit import Change
from backend.domain.errors import InvalidRequest
from backend.domain.harm import rules, subjects
from backend.domain.items import is_reason
from backend.domain.site import Site
from backend.domain.versions import Draft
from backend.services.change_draft import change_draft
from backend.services.lock_item import name_of
from backend.services.record_change import by, record_change
from backend.services.report_calibration import Calibration, Threshold, report_calibration, within
from backend.services.report_numbers import counted_in
from backend.services.second_look import TeamAgreement, team_agreement
from backend.sites.as_document import settings_as_document

door = Blueprint("calibration", __name__)
COLUMNS = ("said", "right", "least", "most", "count")
MONTH = timedelta(days=30)
SECONDS_A_REPLY = 30
MOST_HOURS = 1_000
MOST_STAKE = 100
MOST_PAIRS, MOST_REASONS = 6, 8
AT = "review.ask_below"


@door.get("/<key>/calibration")
def show(key: str) -> Response:
    site = at_site(key, "read")
    told = report_calibration(site, house())
    if request.args.get("as") == "csv":
        return csv_of(told.curve, COLUMNS, f"{key}-calibration.csv")
    replies = replies_of_month(site)
    hours = hours_asked()
    chosen = chosen_of(told, hours, replies)
    in_use = site.settings.review.ask_below
    return page(
        "calibration",
        told=told,
        bins=list(map(asdict, told.curve)),
        chart=reliability_chart(told.curve, told.as_stated, chosen),
        gaps=worst_gap(told),
        chosen=chosen,
        in_use=in_use,
        drafted=draft_of(site).settings.review.ask_below,
        rows=[row_of(each, replies) for each in told.thresholds],
        steps=step_between(told.thresholds, in_use, chosen),
        replies=replies,
        hours="" if hours is None else f"{hours:g}",
        people=people_of(team_agreement(site, house())),
        reasons=told.by_reason[:MOST_REASONS],
        word_for=word_for,
        stakes=stakes_of(site),
        can_change=viewer().may("edit"),
    )


@door.post("/<key>/calibration")
def put_into_draft(key: str) -> ResponseOfWerkzeug:
    """Let the draft ask staff below this confidence; visitors and staff see nothing of it until it is published."""
    site = at_site(key, "edit")
    below = number_of(request.form.get("below", ""))
    if below is None or not 0 <= below <= 1:
        raise InvalidRequest("below: must be a number from 0 to 1")
    draft = house().drafts.draft(site)
    was = draft.settings.review.ask_below
    change_review(site, draft, "ask_below", below)
    if was != below:
        change = Change("draft.changed", site.settings.name, {AT: was}, {AT: below}, site.id)
        record_change(change, by(viewer().access, where()), house())
    done("done.threshold", f"/console/{key}/calibration", {"below": f"{was:g}"}, below=f"{below:g}")
    return redirect(f"/console/{key}/calibration", 303)


@door.post("/<key>/calibration/stakes")
def put_stakes(key: str) -> ResponseOfWerkzeug:
    """Keep in the draft what is at stake, as far as it differs from the table."""
    site = at_site(key, "edit")
    stakes: dict[str, float] = {}
    for name, usual in usual_stakes().items():
        given = request.form.get(name, "").strip()
        number = number_of(given) if given else usual
        if number is None or number > MOST_STAKE:
            raise InvalidRequest(f"{name}: must be a number from 0 to {MOST_STAKE}")
        if number != usual:
            stakes[name] = number
    draft = house().drafts.draft(site)
    was = dict(draft.settings.review.stakes)
    change_review(site, draft, "stakes", stakes)
    if was != stakes:
        change = Change("draft.changed", site.settings.name, {"review.stakes": was}, {"review.stakes": stakes}, site.id)
        record_change(change, by(viewer().access, where()), house())
    done("done.stakes")
    return redirect(f"/console/{key}/calibration", 303)


def usual_stakes() -> dict[str, float]:
    """Return what is at stake by the table, of each subject and reason."""
    return {
        **{each.name: each.stake for each in subjects()},
        **{reason: rule.stake for reason, rule in rules().items()},
    }


def change_review(site: Site, draft: Draft, name: str, value: object) -> None:
    document = settings_as_document(draft.settings)
    document["review"] = {**document.get("review", {}), name: value}
    change_draft(site, document, draft.revision, viewer().access.person.email, house())


def stakes_of(site: Site) -> list[dict[str, Any]]:
    """Return what is at stake in the draft, subjects first; `usual` is what the table says."""
    own = draft_of(site).settings.review.stakes
    return [
        {"name": name, "is_reason": is_reason(name), "usual": usual, "own": own.get(name)}
        for name, usual in usual_stakes().items()
    ]


def replies_of_month(site: Site) -> int:
    """Return how many replies the last thirty days had."""
    now = house().time()
    return sum(hour.done for hour in counted_in(site, now - MONTH, now, house()))


def hours_asked() -> float | None:
    """Return how many hours a month can be spent, None where nobody has said so."""
    hours = number_of(request.args.get("hours", ""))
    return hours if hours is not None and 0 < hours <= MOST_HOURS else None


def number_of(given: str) -> float | None:
    given = given.strip().replace(",", ".")
    is_plain = len(given) <= 8 and given.isascii() and given.replace(".", "", 1).isdigit()
    return float(given) if is_plain else None


def chosen_of(told: Calibration, hours: float | None, replies: int) -> float | None:
    """Return the threshold that is advised: as much as the hours allow, where somebody has said how many there are."""
    if hours is None or not replies or told.suggested is None:
        return told.suggested
    return within(told.thresholds, 100 * hours * 3_600 / SECONDS_A_REPLY / replies) or told.suggested


def row_of(threshold: Threshold, replies: int) -> dict[str, Any]:
    """Return what a threshold does in a month; of 100 replies where there were none."""
    share = (replies or 100) / 100
    flagged = threshold.flagged * share
    wrong = threshold.caught + threshold.missed
    return {
        "below": threshold.below,
        "caught": round(threshold.caught * share),
        "missed": round(threshold.missed * share),
        "caught_width": round(100 * threshold.caught / wrong, 1) if wrong else 0,
        "flagged": round(flagged),
        "in_vain": round(threshold.in_vain * share),
        "hours": flagged * SECONDS_A_REPLY / 3_600,
    }


def worst_gap(told: Calibration) -> dict[str, Any]:
    """Return how far the whole is off, in points."""
    return {"error": 100 * told.error, "stated": 100 * told.error_as_stated}


def step_between(thresholds: Sequence[Threshold], was: float, becomes: float | None) -> list[dict[str, float]]:
    """Return what another threshold brings, of 100 replies; nothing where it is the same."""
    ends = [each for each in thresholds if each.below in (was, becomes)]
    return [
        {
            "was": low.below,
            "becomes": high.below,
            "caught": high.caught - low.caught,
            "flagged": high.flagged - low.flagged,
        }
        for low, high in pairwise(ends)
        if high.below == becomes
    ]


def people_of(team: TeamAgreement) -> list[dict[str, Any]]:
    """Return how far each two people agree, by their names."""
    names: dict[int, str] = {}
    for pair, _ in team.pairs[:MOST_PAIRS]:
        for each in pair:
            names.setdefault(each, name_of(each, house()))
    return [
        {"who": names[one], "other": "" if one == other else names[other], "agreed": agreed}
        for (one, other), agreed in team.pairs[:MOST_PAIRS]
    ]
