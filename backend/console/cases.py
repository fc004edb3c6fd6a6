"""The question set: saved questions, asked of the draft and of what is live, and what holds in each."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as ResponseOfWerkzeug

from backend.console.pages import page
from backend.console.parts import house, where
from backend.console.toasts import done
from backend.console.viewer import at_site, viewer
from backend.domain.audit import Change
from backend.domain.cases import Case, CaseResult, Expected
from backend.domain.errors import NotFound, SettingsError
from backend.domain.site import Site
from backend.services.record_change import by, record_change
from backend.services.run_cases import lines, save_case, site_in

door = Blueprint("cases", __name__)
LISTS = ("must_contain", "must_not_contain", "must_cite")
MOST_ROWS = 500
YES = frozenset({"1", "yes", "true", "x", "ja"})


@dataclass(frozen=True, slots=True)
class Compared:
    """A saved question with what the last runs said; None where it was not asked yet."""

    case: Case
    draft: CaseResult | None
    live: CaseResult | None

    @property
    def verdict(self) -> str:
        if self.draft is None:
            return "unasked"
        if self.live is None or self.live.has_passed == self.draft.has_passed:
            return "holds" if self.draft.has_passed else "fails"
        return "better" if self.draft.has_passed else "worse"


@door.get("/<key>/cases")
def show(key: str) -> Response:
    return set_page(at_site(key, "read"), given={"question": request.args.get("question", "")})


@door.post("/<key>/cases")
def add(key: str) -> Response | ResponseOfWerkzeug:
    site = at_site(key, "edit")
    given = {name: request.form.get(name, "") for name in ("question", *LISTS, "rubric")}
    ticked = {name: name in request.form for name in ("must_abstain", "is_must")}
    expected = Expected(
        question=given["question"].strip(),
        must_contain=lines(given["must_contain"]),
        must_not_contain=lines(given["must_not_contain"]),
        must_cite=lines(given["must_cite"]),
        rubric=given["rubric"].strip(),
        **ticked,
    )
    try:
        save_case(site, expected, viewer().access.person.email, house())
    except SettingsError as wrong:
        return set_page(site, 422, given={**given, **ticked}, error=str(wrong))
    note("case.added", site, expected.question)
    done("done.case_added")
    return redirect(f"/console/{key}/cases", 303)


@door.post("/<key>/cases/file")
def add_file(key: str) -> Response | ResponseOfWerkzeug:
    """Add the rows of a CSV file, or of its text: all of them, or none where one cannot be used."""
    site = at_site(key, "edit")
    text = request.form.get("rows", "")
    try:
        rows = read_rows(text)
        for expected in rows:
            save_case(site, expected, viewer().access.person.email, house())
    except SettingsError as wrong:
        return set_page(site, 422, error=str(wrong), rows=text)
    note("case.added", site, f"{len(rows)} rows")
    done("done.cases_added", count=len(rows))
    return redirect(f"/console/{key}/cases", 303)


@door.post("/<key>/cases/run")
def run(key: str) -> ResponseOfWerkzeug:
    """Ask every question of the draft and of what is live."""
    site = at_site(key, "edit")
    for state in ("draft", "live"):
        place = site_in("draft" if state == "draft" else "live", site, house())
        house().jobs.add(place.id, "cases", state, viewer().access.person.email, {"site": site.id})
    return redirect(f"/console/{key}/cases", 303)


@door.post("/<key>/cases/<int:case>/remove")
def remove(key: str, case: int) -> ResponseOfWerkzeug:
    site = at_site(key, "edit")
    known = next((each for each in house().cases.cases(site) if each.id == case), None)
    if known is None or not house().cases.remove(site, case):
        raise NotFound(f"case {case}: there is no such question")
    note("case.removed", site, known.expected.question)
    fields = {name: "\n".join(getattr(known.expected, name)) for name in LISTS}
    ticked = {name: "1" for name in ("must_abstain", "is_must") if getattr(known.expected, name)}
    back = {"question": known.expected.question, "rubric": known.expected.rubric, **fields, **ticked}
    done("done.case_removed", f"/console/{key}/cases", back)
    return redirect(f"/console/{key}/cases", 303)


def set_page(site: Site, status: int = 200, error: str = "", rows: str = "", given: object = None) -> Response:
    runs = house().cases.last_runs(site)
    results = {state: {each.case: each for each in run.results} for state, run in runs.items()}
    compared = [
        Compared(case, results.get("draft", {}).get(case.id), results.get("live", {}).get(case.id))
        for case in house().cases.cases(site)
    ]
    shelf = house().drafts.draft(site).shelf
    asking = [job for job in house().jobs.jobs([shelf, site.id], 4) if job.kind == "cases" and not job.is_over]
    return page(
        "cases",
        status,
        compared=sorted(compared, key=lambda each: ORDER.index(each.verdict)),
        counts={verdict: sum(each.verdict == verdict for each in compared) for verdict in ORDER},
        runs=runs,
        has_judge=house().judge is not None,
        asking=asking,
        error=error,
        rows=rows,
        given=given or {},
        has_errors=bool(error),
    )


ORDER = ("worse", "fails", "unasked", "better", "holds")


def read_rows(text: str) -> Sequence[Expected]:
    """Return the questions of a CSV text, whose first row names the columns; raise SettingsError naming the row."""
    reader = csv.DictReader(io.StringIO(text.strip()))
    if "question" not in (reader.fieldnames or ()):
        raise SettingsError("The first row names the columns; one of them is question.")
    found = []
    for number, row in enumerate(reader, start=2):
        if number > MOST_ROWS + 1:
            raise SettingsError(f"There are more than {MOST_ROWS} rows; send them in parts.")
        found.append(
            Expected(
                question=(row.get("question") or "").strip(),
                must_contain=_parts(row.get("must_contain")),
                must_not_contain=_parts(row.get("must_not_contain")),
                must_cite=_parts(row.get("must_cite")),
                must_abstain=(row.get("must_abstain") or "").strip().lower() in YES,
                rubric=(row.get("rubric") or "").strip(),
                is_must=(row.get("is_must") or "").strip().lower() in YES,
            )
        )
    if not found:
        raise SettingsError("There is no row below the one that names the columns.")
    return found


def note(action: str, site: Site, subject: str) -> None:
    record_change(Change(action, subject, site_id=site.id), by(viewer().access, where()), house())


def _parts(cell: str | None) -> tuple[str, ...]:
    """Return the words of a cell; several are parted by bars."""
    return tuple(part.strip() for part in (cell or "").split("|") if part.strip())
