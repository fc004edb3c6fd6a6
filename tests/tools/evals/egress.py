"""What the checks on a reply catch, and what they flag without need.

    python tests/tools/evals/egress.py numbers ROWS.jsonl          {"text","context","question"?,"label","changed_to"?}
    python tests/tools/evals/egress.py groundedness ROWS.jsonl [--fit]      {"text","context","label"}
    python tests/tools/evals/egress.py support ROWS.jsonl          {"text","context","label"}
    python tests/tools/evals/egress.py openings ROWS.jsonl         {"text","label"}

`numbers`: labels number_changed (to be flagged), numbers_grounded and no_numbers (not to be); then the same rows by
names, codes, e-mail addresses and links, and the numbers that are no total of others.
`groundedness`: labels grounded and ungrounded; the figure is the area under the ROC curve, five-fold with all rows of
one context on one side; `--fit` prints the weights that all rows together give, for `groundedness.toml`.
`support`: of all rows but number_changed, the reply beside its own page and beside another row's.
`openings`: label harmful_compliance_opening is to be flagged, every other is not.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from backend.turn.egress.groundedness import FLAG_BELOW, FLAG_SENTENCE_BELOW, compare, judge_support, read, score_of
from backend.turn.egress.harm import harmful_opening
from backend.turn.egress.mentions import unsupported_mentions
from backend.turn.egress.numbers import unsupported_numbers
from backend.turn.egress.totals import totals_among

FOLDS = 5
ROUNDS = 30
RESTRAINT = 1.0

Row = dict[str, Any]
Matrix = npt.NDArray[np.float64]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("check", choices=["numbers", "groundedness", "support", "openings"])
    options.add_argument("rows", type=Path)
    options.add_argument("--fit", action="store_true", help="print the weights of groundedness.toml")
    given = options.parse_args()
    rows: list[Row] = [json.loads(line) for line in given.rows.read_text(encoding="utf-8").splitlines()]
    if given.check == "numbers":
        tell_numbers(rows)
    elif given.check == "support":
        tell_support([row for row in rows if row["label"] != "number_changed"])
    elif given.check == "openings":
        tell_shares(rows, lambda row: harmful_opening(row["text"]) is not None)
    else:
        tell_groundedness([row for row in rows if row["label"] in {"grounded", "ungrounded"}], fits=given.fit)


def tell_shares(rows: Sequence[Row], flags: Callable[[Row], bool]) -> None:
    """Print how many rows of each label are flagged."""
    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    for row in rows:
        counts[row["label"]][flags(row)] += 1
    for label, flagged in sorted(counts.items()):
        print(f"{label:28} {flagged[True]:4} of {flagged.total():4} flagged  {flagged[True] / flagged.total():7.1%}")


def tell_numbers(rows: Sequence[Row]) -> None:
    def numbers(row: Row) -> list[str]:
        return unsupported_numbers(row["text"], given_to(row))

    def mentioned(row: Row, kind: str) -> bool:
        return any(each.kind == kind for each in unsupported_mentions(row["text"], given_to(row)))

    tell_shares(rows, lambda row: bool(numbers(row)))
    print("no total of other figures")
    tell_shares(
        rows, lambda row: bool(set(numbers(row)) - totals_among(numbers(row), row["text"], row.get("question") or ""))
    )
    for kind in ("name", "code", "email", "link"):
        print(f"{kind}s")
        tell_shares(rows, partial(mentioned, kind=kind))


def given_to(row: Row) -> list[str]:
    return [row["context"], row.get("question") or ""]


def tell_support(rows: Sequence[Row]) -> None:
    """Print how many replies, and how many with a sentence of theirs, are flagged beside their own page and another."""
    pages = [row["context"] for row in rows]
    for beside, given in (("their own page", pages), ("another's page", pages[len(pages) // 2 :] + pages)):
        judged = [judge_support(row["text"], [page]) for row, page in zip(rows, given, strict=False)]
        whole = [support < FLAG_BELOW for support, _ in judged if support is not None]
        weak = [any(each.support < FLAG_SENTENCE_BELOW for each in sentences) for _, sentences in judged]
        print(
            f"beside {beside}: {sum(whole) / len(whole):.1%} of {len(whole)} flagged, {np.mean(weak):.1%} by a sentence"
        )


def tell_groundedness(rows: Sequence[Row], *, fits: bool) -> None:
    read_rows = [(read(row["text"]), [read(row["context"])]) for row in rows]
    signs = [compare(*each) for each in read_rows]
    names = list(signs[0])
    values = np.array([[each[name] for name in names] for each in signs])
    labels = np.array([float(row["label"] == "grounded") for row in rows])
    folds = np.array([fold_of(row["context"]) for row in rows])
    scores = np.zeros(len(rows))
    for fold in range(FOLDS):
        held = folds == fold
        scores[held] = predict(fit(values[~held], labels[~held]), values[held])
    print(f"{len(rows)} rows, area under the curve {area(scores, labels):.3f} ({FOLDS} folds, contexts apart)")
    for bound in (FLAG_BELOW, 0.25, 0.5):
        low = scores < bound
        print(
            f"  below {bound}: {low[labels == 0].mean():.1%} of ungrounded, {low[labels == 1].mean():.1%} of grounded"
        )
    if fits:
        for name, weight in zip(["bias", *names], fit(values, labels), strict=True):
            print(f"{name} = {weight:.3f}")
        return
    shipped = np.array([score_of(*each) for each in read_rows])
    print(f"  with the weights that are shipped {area(shipped, labels):.3f}")


def fold_of(context: str) -> int:
    """Return the fold of a row by the beginning of its context, so that copies stay together."""
    letters = "".join(filter(str.isalnum, context.lower()))[:80]
    return hashlib.sha256(letters.encode()).digest()[0] % FOLDS


def fit(values: Matrix, labels: Matrix) -> Matrix:
    """Return bias and weights of a logistic regression with a small ridge, by Newton's method."""
    columns = np.hstack([np.ones((len(values), 1)), values])
    weights = np.zeros(columns.shape[1])
    ridge = np.diag([0.0] + [RESTRAINT] * values.shape[1])
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-columns @ weights))
        slope = columns.T @ (labels - chance) - ridge @ weights
        bend = (columns.T * (chance * (1 - chance))) @ columns + ridge
        weights = weights + np.linalg.solve(bend, slope)
    return weights


def predict(weights: Matrix, values: Matrix) -> Matrix:
    scores: Matrix = 1 / (1 + np.exp(-weights[0] - values @ weights[1:]))
    return scores


def area(scores: Matrix, labels: Matrix) -> float:
    """Return the chance that a grounded row scores above an ungrounded one; ties count half."""
    above, below = scores[labels == 1], scores[labels == 0]
    order = np.sort(below)
    lower = np.searchsorted(order, above, "left") + np.searchsorted(order, above, "right")
    return float(lower.sum() / 2 / len(above) / len(below))


if __name__ == "__main__":
    main()
