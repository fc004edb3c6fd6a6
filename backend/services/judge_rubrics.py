"""What an owner wants of a reply in words of their own is judged by a language model, at night or for the asking.

Rules: each reply is judged once; where the judge cannot be had, the reply stays unjudged and the night after tries
again; without a key of a model nobody judges, and whoever looks is told so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from backend.domain.cases import CaseResult
from backend.domain.errors import ChatError
from backend.domain.ports import Judge
from backend.domain.site import Site
from backend.services.parts import SiteParts

NIGHT = range(1, 5)  # hours, UTC
MOST_FAILURES = 3  # in a row: the model is away, the next night comes

log = structlog.get_logger("cases")


def judge_at_night(parts: SiteParts, now: datetime) -> int:
    """Judge what was asked of any site and waits for the judge, if it is night; return how many were judged."""
    judge = parts.judge if now.hour in NIGHT else None  # by day nobody loads a model's client for it
    if judge is None:
        return 0
    return sum(judge_runs(site, judge, parts) for site in parts.sites.sites())


def judge_runs(site: Site, judge: Judge, parts: SiteParts) -> int:
    """Judge the replies of a site's last runs that have not been judged; return how many were."""
    rubrics = {case.id: case.expected.rubric for case in parts.cases.cases(site) if case.expected.rubric}
    judged = 0
    for run in parts.cases.last_runs(site).values() if rubrics else ():
        results = judge_results(run.results, rubrics, site, judge)
        if fresh := sum(one is not other for one, other in zip(results, run.results, strict=True)):
            parts.cases.keep_judged(site, run.id, results)
            log.info("cases.judged", site=site.key, run=run.id, replies=fresh)
            judged += fresh
    return judged


def judge_results(
    results: Sequence[CaseResult], rubrics: dict[int, str], site: Site, judge: Judge
) -> Sequence[CaseResult]:
    """Return these results, those judged that wait for it; the others as they were."""
    told, failures = [], 0
    for result in results:
        rubric = rubrics.get(result.case, "")
        if waits_for_judge(result, rubric) and failures < MOST_FAILURES:
            after = judge_result(result, rubric, site, judge)
            failures = 0 if after.judged else failures + 1
            told.append(after if after.judged else result)
        else:
            told.append(result)
    return told


def judge_result(result: CaseResult, rubric: str, site: Site, judge: Judge) -> CaseResult:
    """Return a result with the judge's word; as it was where the judge cannot be had."""
    try:
        return replace(result, judged=judge.judge(site, result.question, rubric, result.trial.message))
    except ChatError as problem:
        log.warning("cases.not_judged", site=site.key, case=result.case, code=problem.code)
        return result


def waits_for_judge(result: CaseResult, rubric: str) -> bool:
    """Tell whether a model could say something of this reply that is not said yet."""
    return bool(rubric and result.trial.message) and result.judged is None
