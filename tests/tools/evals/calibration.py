"""A year of a site whose staff decide what was flagged and a random sample: how far the calibrated confidence is off.

    python tests/tools/evals/calibration.py [--seed 7] [--sites 20]

Replies are drawn from a known truth that drifts: right ones are mostly sure, some pages are plainly wrong, the model
boasts. Low confidence is flagged and decided nine times in ten, a thumbs-down always, and 2 % by lot. The error is
measured on fresh replies of the same truth (expected calibration error, 15 bins), in points.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from backend.domain.calibration import Curve
from backend.review.calibration import Decided, fit

SAMPLE, DECIDED, THUMBED = 0.02, 0.9, 0.15
TURNS_A_DAY = 60
MEASURED = 10_000
CHECKPOINTS = (50, 280, 1_100)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--sites", type=int, default=20)
    given = options.parse_args()
    rows: dict[int, list[tuple[float, float, float]]] = {each: [] for each in CHECKPOINTS}
    for site in range(given.sites):
        for at, errors in year(random.Random(f"{given.seed} {site}")):
            rows[at].append(errors)
    print(f"expected calibration error in points, mean of {given.sites} simulated sites, seed {given.seed}")
    print("decisions   weighed   unweighed   as stated")
    for at, found in rows.items():
        weighed, plain, stated = (statistics.mean(each[part] for each in found) * 100 for part in range(3))
        print(f"{at:9}   {weighed:7.1f}   {plain:9.1f}   {stated:9.1f}")


def year(dice: random.Random) -> list[tuple[int, tuple[float, float, float]]]:
    """Return the errors at each checkpoint: weighed, unweighed, and of the model's own word."""
    decided: list[Decided] = []
    found, day = [], 0.0
    while len(found) < len(CHECKPOINTS):
        day += 1 / TURNS_A_DAY
        reply = a_reply(dice, day)
        if (seen := staff_see(dice, reply)) is not None:
            decided.append(replace(seen, age_days=-day))  # told from the end below
        if len(decided) == CHECKPOINTS[len(found)]:
            aged = [replace(each, age_days=day + each.age_days) for each in decided]
            fresh = [a_reply(dice, day) for _ in range(MEASURED)]
            plain = [replace(each, propensity=1.0, by_visitor=False) for each in aged]
            found.append((len(decided), (off_by(fresh, fit(aged)), off_by(fresh, fit(plain)), off_by(fresh, None))))
            if len(found) < len(CHECKPOINTS):
                continue
    return found


def a_reply(dice: random.Random, day: float) -> Decided:
    """Draw a reply: its truth drifts over the year, and some wrong ones nothing gives away."""
    wrong = 0.16 + 0.04 * math.sin(2 * math.pi * day / 365)
    is_right = dice.random() >= wrong
    gives_itself_away = not is_right and dice.random() < 0.85
    stated = squash(dice.gauss(2.0 if gives_itself_away else 3.0, 1.0))
    searched = squash(dice.gauss(-0.2 if gives_itself_away else 1.7, 1.3))
    return Decided(stated, searched, is_right, 1.0)


def staff_see(dice: random.Random, reply: Decided) -> Decided | None:
    """Return the reply as it comes before staff, with how likely that was; None where it does not."""
    is_flagged = reply.found < 0.5
    chance = 1 - (1 - DECIDED * is_flagged) * (1 - SAMPLE)
    if dice.random() < chance:
        return replace(reply, propensity=chance)
    is_thumbed = not reply.is_right and dice.random() < THUMBED
    return replace(reply, by_visitor=True) if is_thumbed else None


def off_by(replies: list[Decided], fitted: Curve | None, bins: int = 15) -> float:
    rows = sorted(
        (each.stated if fitted is None else fitted.of(each.stated, each.found), each.is_right) for each in replies
    )
    parts = [rows[len(rows) * at // bins : len(rows) * (at + 1) // bins] for at in range(bins)]
    return sum(
        len(part) * abs(statistics.mean(said for said, _ in part) - statistics.mean(right for _, right in part))
        for part in parts
    ) / len(rows)


def squash(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


if __name__ == "__main__":
    main()
