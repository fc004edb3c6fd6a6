"""`eval`: ask a site's saved questions, and say which replies hold."""

from __future__ import annotations

import argparse

from backend.app import House
from backend.commands.output import print_json, say
from backend.domain.cases import CaseResult, is_state
from backend.services.find_site import find_site
from backend.services.judge_rubrics import judge_result, waits_for_judge
from backend.services.run_cases import passed, result_row, run_cases, site_in

WITHOUT_KEY = "no model's key is set, so nobody judges a rubric"
AWAY = "the judge could not be had; the log says why"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "eval",
        help="ask a site's saved questions, and say which replies hold",
        description="Asks each question of the site's set, as a visitor would, and holds the reply against what the "
        "question expects; a model judges what it wants in words (`rubric`), where one is configured. Exit code 1 "
        "where one that must hold does not. Nothing that is asked is kept.",
    )
    parser.add_argument("--site", required=True, metavar="KEY")
    parser.add_argument("--on", choices=("draft", "live"), default="draft", help="what is asked; the draft by default")
    parser.add_argument("--json", action="store_true", help="print a JSON line for each question")


def run(args: argparse.Namespace, house: House) -> int:
    """Ask the questions; return 1 where a must-case fails."""
    live = find_site(args.site, house.sites)
    assert is_state(args.on)  # noqa: S101 - argparse has looked
    site = site_in(args.on, live, house)
    results, unjudged = [], 0
    for case in house.cases.cases(live):
        (result,) = run_cases([case], site, house)
        if waits_for_judge(result, case.expected.rubric):
            result = judge_result(result, case.expected.rubric, site, house.judge) if house.judge else result
            unjudged += result.judged is None
        results.append(result)
        if args.json:
            print_json(result_row(result))
        else:
            print(_line(result), flush=True)
    say(f"{passed(results)} of {len(results)} hold." if results else "There are no saved questions yet.")
    if unjudged:
        say(f"{unjudged} were held against their words alone: {WITHOUT_KEY if house.judge is None else AWAY}.")
    return 1 if any(result.is_must and not result.has_passed for result in results) else 0


def _line(result: CaseResult) -> str:
    verdict = "holds" if result.has_passed else "FAILS" if result.is_must else "fails"
    why = "; ".join(f"{kind}: {', '.join(words)}" for kind, words in result.missed.items())
    why = "; ".join(filter(None, (why, result.judged.why if result.judged else "")))
    return f"{verdict}  {result.question}{f'  ({why})' if why else ''}"
