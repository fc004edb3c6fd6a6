"""The questions of a set are asked of a site, or of its draft, and each reply is held against what it should say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from backend.domain.cases import Case, CaseResult, Expected, Judged, Missed, State, Trial
from backend.domain.errors import SettingsError
from backend.domain.site import Site
from backend.domain.versions import Draft
from backend.services.parts import SiteParts

SURE_FROM = 0.5  # a reply that is less sure and rests on no page is none
MOST_CASES = 1_000
LONGEST_QUESTION = 4_000
LONGEST_WORDS = 500
MOST_WORDS = 20


def run_cases(
    cases: Iterable[Case], site: Site, parts: SiteParts, told: Callable[[int], None] = lambda _: None
) -> list[CaseResult]:
    """Ask each case of a site (or of a draft's site) and judge it; `told` hears how many are done."""
    results = []
    for case in cases:
        results.append(judge(case, parts.asker.ask(site, case.expected.question)))
        told(len(results))
    return results


def failing_cases(draft: Draft, parts: SiteParts) -> list[CaseResult]:
    """Return the must-cases of a site that its draft does not pass."""
    musts = [case for case in parts.cases.cases(draft.live) if case.expected.is_must]
    return [result for result in run_cases(musts, draft.site, parts) if not result.has_passed]


def site_in(state: State, live: Site, parts: SiteParts) -> Site:
    """Return the site as it is live, or as its draft has it."""
    return live if state == "live" else parts.drafts.draft(live).site


def judge(case: Case, trial: Trial) -> CaseResult:
    """Hold a reply against what its case expects."""
    expected = case.expected
    missed: dict[Missed, tuple[str, ...]] = {}
    said = plain(trial.message)
    if trial.error and not expected.must_abstain:
        missed["no_answer"] = (trial.error,)
    if lacking := [words for words in expected.must_contain if plain(words) not in said]:
        missed["must_contain"] = tuple(lacking)
    if found := [words for words in expected.must_not_contain if plain(words) in said]:
        missed["must_not_contain"] = tuple(found)
    if uncited := [document for document in expected.must_cite if document not in trial.cites]:
        missed["must_cite"] = tuple(uncited)
    if expected.must_abstain and not abstains(trial):
        missed["must_abstain"] = (trial.message[:LONGEST_WORDS],)
    return CaseResult(case.id, expected.question, expected.is_must, trial, missed)


def abstains(trial: Trial) -> bool:
    """Tell whether a reply says that there is no answer: it rests on no page, and is not sure of itself."""
    return bool(trial.error) or (not trial.cites and trial.confidence < SURE_FROM)


def plain(text: str) -> str:
    """Return a text as it is compared: without marks of emphasis, and however it is spaced and capitalised."""
    return " ".join(text.replace("*", "").replace("_", " ").casefold().split())


def save_case(site: Site, expected: Expected, by: str, parts: SiteParts) -> Case:
    """Save a case; raise SettingsError where it expects nothing, or more than is kept."""
    check_case(expected)
    if len(parts.cases.cases(site)) >= MOST_CASES:
        raise SettingsError(f"a site has at most {MOST_CASES} cases; remove one first.")
    return parts.cases.add(site, expected, by)


def check_case(expected: Expected) -> None:
    """Raise SettingsError for a case without a question or without anything that it expects."""
    if not expected.question.strip():
        raise SettingsError("question: is missing; write it as a visitor would ask.")
    if len(expected.question) > LONGEST_QUESTION:
        raise SettingsError(f"question: has more than {LONGEST_QUESTION} characters.")
    lists = (expected.must_contain, expected.must_not_contain, expected.must_cite)
    if not any(lists) and not expected.must_abstain and not expected.rubric:
        raise SettingsError(
            "must_contain, must_not_contain, must_cite, must_abstain or rubric: give at least one, or nothing can fail."
        )
    if any(len(each) > MOST_WORDS for each in lists) or any(len(words) > LONGEST_WORDS for words in sum(lists, ())):
        raise SettingsError(f"each list takes at most {MOST_WORDS} entries of {LONGEST_WORDS} characters.")
    if expected.must_abstain and (expected.must_contain or expected.must_cite):
        raise SettingsError("must_abstain: a reply that says there is no answer holds no words and cites no page.")


def lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text that are not empty."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def passed(results: Sequence[CaseResult]) -> int:
    return sum(result.has_passed for result in results)


def result_row(result: CaseResult) -> dict[str, object]:
    """Return a result as a JSON object."""
    trial = result.trial
    return {
        "id": result.case,
        "question": result.question,
        "is_must": result.is_must,
        "passed": result.has_passed,
        "missed": {kind: list(words) for kind, words in result.missed.items()},
        "reply": trial.message,
        "confidence": trial.confidence,
        "cites": list(trial.cites),
        "model": trial.model,
        "took_ms": trial.took_ms,
        "cost_usd": f"{trial.cost_usd:.6f}",
        "error": trial.error,
        "judged": judged_row(result.judged),
    }


def judged_row(judged: Judged | None) -> dict[str, object] | None:
    """Return what the judge said as a JSON object; None where nothing was."""
    if judged is None:
        return None
    return {"holds": judged.holds, "why": judged.why, "model": judged.model, "cost_usd": f"{judged.cost_usd:.6f}"}


def read_case(sent: Mapping[str, object]) -> Expected:
    """Return the case that a JSON object or a row of CSV describes; raise SettingsError naming the field."""
    known = {"question", "must_contain", "must_not_contain", "must_cite", "must_abstain", "rubric", "is_must"}
    if unknown := sorted(set(sent) - known):
        raise SettingsError(f"{unknown[0]}: is not a field of a case; known are {', '.join(sorted(known))}.")
    for name in ("question", "rubric"):
        if not isinstance(sent.get(name, ""), str):
            raise SettingsError(f"{name}: must be a string.")
    for name in ("must_abstain", "is_must"):
        if not isinstance(sent.get(name, False), bool):
            raise SettingsError(f"{name}: must be true or false.")
    return Expected(
        question=str(sent.get("question", "")).strip(),
        must_contain=_words(sent, "must_contain"),
        must_not_contain=_words(sent, "must_not_contain"),
        must_cite=_words(sent, "must_cite"),
        must_abstain=bool(sent.get("must_abstain", False)),
        rubric=str(sent.get("rubric", "")).strip(),
        is_must=bool(sent.get("is_must", False)),
    )


def _words(sent: Mapping[str, object], name: str) -> tuple[str, ...]:
    """Return a list of words; one string is a list of one."""
    value = sent.get(name, [])
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(each, str) for each in words):
        raise SettingsError(f"{name}: must be a list of strings.")
    return tuple(each.strip() for each in words if each.strip())
