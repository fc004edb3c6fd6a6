"""Saved questions with what they expect, and what came of asking them; sealed, since some came from visitors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, delete, select, update

from backend.domain.cases import Case, CaseResult, CaseRun, Expected, Judged, State, Trial
from backend.domain.site import Site
from backend.store import tables
from backend.store.database import insert_into
from backend.store.sealing import SealedRows, SiteSeal


class StoredCases(SealedRows):
    """Implements CaseBook."""

    def cases(self, site: Site) -> Sequence[Case]:
        case = tables.eval_case
        with self._database.reading() as connection:
            rows = connection.execute(select(case).where(case.c.site_id == site.id).order_by(case.c.id)).all()
            seal = self._seal_of(connection, site.id) if rows else None
        return [_case(row, seal) for row in rows if seal]

    def add(self, site: Site, expected: Expected, by: str) -> Case:
        case, now = tables.eval_case, self._now()
        row = {"site_id": site.id, "expected_sealed": b"", "made_by": by, "made_at": now}
        with self._database.writing() as connection:
            case_id = connection.execute(case.insert().values(row).returning(case.c.id)).scalar_one()
            seal = self._seal_of(connection, site.id)
            text = seal.seal(json.dumps(asdict(expected)), "eval_case", str(case_id), "expected_sealed")
            connection.execute(update(case).where(case.c.id == case_id).values(expected_sealed=text))
        return Case(case_id, expected, by, now)

    def remove(self, site: Site, case: int) -> bool:
        row = tables.eval_case
        with self._database.writing() as connection:
            gone = connection.execute(delete(row).where(row.c.site_id == site.id, row.c.id == case))
        return bool(gone.rowcount)

    def begin_run(self, site: Site, run: str, on: State) -> None:
        fresh = {"state": on, "results_sealed": None, "began_at": self._now(), "ended_at": None}
        with self._database.writing() as connection:
            adding = insert_into(connection, tables.case_run).values(id=run, site_id=site.id, **fresh)
            connection.execute(adding.on_conflict_do_update(index_elements=["id"], set_=fresh))

    def end_run(self, site: Site, run: str, results: Sequence[CaseResult]) -> None:
        row, written = tables.case_run, json.dumps([_written(each) for each in results])
        with self._database.writing() as connection:
            sealed = self._seal_of(connection, site.id).seal(written, "case_run", run, "results_sealed")
            ending = update(row).where(row.c.site_id == site.id, row.c.id == run)
            connection.execute(ending.values(results_sealed=sealed, ended_at=self._now()))

    def keep_judged(self, site: Site, run: str, results: Sequence[CaseResult]) -> None:
        row, written = tables.case_run, json.dumps([_written(each) for each in results])
        with self._database.writing() as connection:
            sealed = self._seal_of(connection, site.id).seal(written, "case_run", run, "results_sealed")
            ended = (row.c.site_id == site.id, row.c.id == run, row.c.ended_at.is_not(None))
            connection.execute(update(row).where(*ended).values(results_sealed=sealed))

    def run(self, site: Site, run: str) -> CaseRun | None:
        row = tables.case_run
        with self._database.reading() as connection:
            found = connection.execute(select(row).where(row.c.site_id == site.id, row.c.id == run)).one_or_none()
            return None if found is None else _run(found, self._seal_of(connection, site.id))

    def last_runs(self, site: Site) -> dict[State, CaseRun]:
        row, last = tables.case_run, dict[State, CaseRun]()
        ended = select(row).where(row.c.site_id == site.id, row.c.ended_at.is_not(None))
        with self._database.reading() as connection:
            for state in ("draft", "live"):
                wanted = ended.where(row.c.state == state).order_by(row.c.ended_at.desc()).limit(1)
                if found := connection.execute(wanted).one_or_none():
                    last[state] = _run(found, self._seal_of(connection, site.id))
        return last


def _case(row: Row[Any], seal: SiteSeal) -> Case:
    kept: dict[str, Any] = json.loads(seal.open(row.expected_sealed, "eval_case", str(row.id), "expected_sealed"))
    lists = {name: tuple(kept[name]) for name in ("must_contain", "must_not_contain", "must_cite")}
    return Case(row.id, Expected(**{**kept, **lists}), row.made_by, row.made_at)


def _run(row: Row[Any], seal: SiteSeal) -> CaseRun:
    results: tuple[CaseResult, ...] = ()
    if row.results_sealed is not None:
        written = json.loads(seal.open(row.results_sealed, "case_run", row.id, "results_sealed"))
        results = tuple(map(_read, written))
    began: datetime = row.began_at
    return CaseRun(row.id, row.state, results, began, row.ended_at)


def _written(result: CaseResult) -> dict[str, object]:
    return {
        "case": result.case,
        "question": result.question,
        "is_must": result.is_must,
        "trial": asdict(result.trial),
        "missed": dict(result.missed),
        "judged": None if result.judged is None else asdict(result.judged),
    }


def _read(kept: Mapping[str, Any]) -> CaseResult:
    trial = Trial(**{**kept["trial"], "cites": tuple(kept["trial"]["cites"])})
    missed = MappingProxyType({kind: tuple(words) for kind, words in kept["missed"].items()})
    judged = Judged(**kept["judged"]) if kept.get("judged") else None  # runs of an earlier version were not judged
    return CaseResult(kept["case"], kept["question"], kept["is_must"], trial, missed, judged)
