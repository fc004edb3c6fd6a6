"""Trains the linear model of the injection check and writes backend/turn/ingress/injection/model.json.

    python tests/tools/evals/train_injection.py DATA_FOLDER

DATA_FOLDER has `injection.jsonl` and, where there are any, `support_prompts.jsonl`, `kb_questions.jsonl`, `pii.jsonl`
and `harm_prompts.jsonl`, with lines {"text", "label", "category", "source", "licence"}. Rows under share-alike licences
are left out. Needs scikit-learn (tests/tools/evals/requirements.txt), which the product itself does not. The
same rows give the same file.
"""

from __future__ import annotations

import argparse
import base64
import json
import math
import struct
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import numpy
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from backend.turn.ingress.injection.linear import (
    FILE,
    LETTERS,
    TABLE_BITS,
    Model,
    features,
    letters_of,
    value_root,
)
from backend.turn.ingress.injection.views import folded
from tests.tools.evals.injection_rows import NO_PROSE, Row, read_rows

RESTRAINT_C = 10.0
LARGEST_WEIGHT = 127
PAIR_PRIOR = 0.5


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--to", type=Path, default=FILE)
    given = options.parse_args()
    rows = [row for row in read_rows(given.folder) if row.may_train]
    given.to.write_text(written(train(rows)), "utf-8")
    print(f"{len(rows)} rows, {sum(row.is_attack for row in rows)} of them attacks; {given.to.stat().st_size:,} bytes")
    return 0


def train(rows: Sequence[Row]) -> Model:
    """Return the model that these rows give, its weights rounded to whole numbers as they are shipped."""
    seen = [_features_of(row.text) for row in rows]
    values = [1 / value_root(len(found)) for found in seen for _ in found]
    starts = numpy.cumsum([0, *(len(found) for found in seen)])
    places = [place for found in seen for place in sorted(found)]
    matrix = csr_matrix((values, places, starts), shape=(len(rows), 1 << TABLE_BITS))
    labels = numpy.array([row.is_attack for row in rows])
    fitted = LogisticRegression(C=RESTRAINT_C, solver="liblinear", random_state=0, max_iter=200)
    fitted.fit(matrix, labels)
    scale = float(numpy.abs(fitted.coef_).max()) / LARGEST_WEIGHT
    whole = numpy.rint(fitted.coef_[0] / scale).astype(int).tolist()
    prose = [row.text for row in rows if not row.is_attack and row.origin not in NO_PROSE]
    return Model(whole, scale, float(fitted.intercept_[0]), pair_losses(prose))


_known: dict[str, frozenset[int]] = {}


def _features_of(text: str) -> frozenset[int]:
    if text not in _known:
        _known[text] = frozenset(features(folded(text)))
    return _known[text]


def pair_losses(texts: Sequence[str]) -> list[int]:
    """Return, for each pair of characters, how little it is expected after its first: hundredths of a nat."""
    pairs: Counter[tuple[int, int]] = Counter()
    for text in texts:
        letters = letters_of(" ".join(text.split()))
        pairs.update(pairwise(letters))
    firsts: Counter[int] = Counter()
    for (first, _), count in pairs.items():
        firsts[first] += count
    return [
        round(-100 * math.log((pairs[first, second] + PAIR_PRIOR) / (firsts[first] + PAIR_PRIOR * LETTERS)))
        for first in range(LETTERS)
        for second in range(LETTERS)
    ]


def written(trained: Model) -> str:
    """Return the model as its file."""
    weights = struct.pack(f"{len(trained.weights)}b", *trained.weights)
    pairs = struct.pack(f"{len(trained.pairs)}H", *trained.pairs)
    document = {
        "scale": round(trained.scale, 6),
        "bias": round(trained.bias, 4),
        "weights": base64.b64encode(weights).decode(),
        "pairs": base64.b64encode(pairs).decode(),
    }
    return json.dumps(document, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(main())
