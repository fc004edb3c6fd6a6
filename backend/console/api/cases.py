"""Saved questions: listed, added, removed, asked of the draft or of what is live."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request

from backend.console.api.callers import note, person, site_for
from backend.console.api.shapes import body, listing, moment
from backend.console.parts import house
from backend.domain.cases import Case, CaseResult, is_state
from backend.domain.errors import InvalidRequest, NotFound, SettingsError
from backend.services.run_cases import read_case, result_row, save_case, site_in

door = Blueprint("cases", __name__)
LONGEST_ID = 18  # digits


@door.get("/sites/<key>/cases")
def show(key: str) -> Response:
    return listing(list(map(case_shape, house().cases.cases(site_for(key, "read")))))


@door.post("/sites/<key>/cases")
def add(key: str) -> tuple[Response, int]:
    site = site_for(key, "edit")
    try:
        case = save_case(site, read_case(body()), person(), house())
    except SettingsError as wrong:
        raise InvalidRequest(str(wrong)) from None
    note("case.added", site, case.expected.question)
    return jsonify(case_shape(case)), 201


@door.delete("/sites/<key>/cases")
def remove(key: str) -> tuple[str, int]:
    """Remove the case with `?id=`."""
    site_for(key, "edit")
    given = request.args.get("id", "")
    if not given.isdecimal() or len(given) > LONGEST_ID:
        raise InvalidRequest("id: missing; send ?id= with the id of a case")
    return remove_one(key, int(given))


@door.delete("/sites/<key>/cases/<int:case>")
def remove_one(key: str, case: int) -> tuple[str, int]:
    site = site_for(key, "edit")
    if not house().cases.remove(site, case):
        raise NotFound(f"case {case}: there is no such case")
    note("case.removed", site, str(case))
    return "", 204


@door.post("/sites/<key>/cases/run")
def run(key: str) -> tuple[Response, int]:
    site = site_for(key, "edit")
    on = body().get("on", "draft")
    if not is_state(on):
        raise InvalidRequest("on: must be draft or live")
    job = house().jobs.add(site_in(on, site, house()).id, "cases", on, person(), {"site": site.id})
    return jsonify(job=job.id, run=job.id), 202


@door.get("/sites/<key>/runs/<run_id>")
def show_run(key: str, run_id: str) -> Response:
    site = site_for(key, "read")
    found = house().cases.run(site, run_id)
    if found is None:
        raise NotFound(f"run {run_id[:60]!r}: there is no such run, or it has not begun")
    other = house().cases.last_runs(site).get("live" if found.on == "draft" else "draft")
    before = {each.case: each for each in other.results} if other else {}
    return jsonify(
        run=found.id,
        on=found.on,
        began_at=moment(found.began_at),
        ended_at=moment(found.ended_at),
        passed=sum(each.has_passed for each in found.results),
        of=len(found.results),
        results=[{**result_row(each), "other": other_shape(before.get(each.case))} for each in found.results],
    )


def case_shape(case: Case) -> dict[str, object]:
    expected = case.expected
    return {
        "id": case.id,
        "question": expected.question,
        "must_contain": list(expected.must_contain),
        "must_not_contain": list(expected.must_not_contain),
        "must_cite": list(expected.must_cite),
        "must_abstain": expected.must_abstain,
        "rubric": expected.rubric,
        "is_must": expected.is_must,
        "by": case.made_by,
        "at": moment(case.made_at),
    }


def other_shape(result: CaseResult | None) -> dict[str, object] | None:
    """Return what the other state of the site said, when it was asked last; None where it was not."""
    return None if result is None else {"passed": result.has_passed, "reply": result.trial.message}
