"""Weights are learned from questions, so that they can be measured on questions that they have not seen.

Folds keep the questions of one document together: what is learned from one of them would be known of the others.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FOLDS = 5
MOST_DOCUMENTS = 50  # of a question, to learn from
ROUNDS = 4
STEPS = 200
PACE = 0.2
RESTRAINT = 0.001
RESTRAINT_OF_CONFIDENCE = 1.0
NEWTON_STEPS = 30
FAR_BELOW = -1e9
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One question: what is known of each passage that was fetched (a row of `features`), and what was wanted."""

    features: Numbers
    documents: tuple[str, ...]
    labels: frozenset[str]
    known: float  # the share of the question's words that the index knows
    fold: int

    def order(self, weights: Numbers) -> tuple[list[int], Numbers]:
        """Return the best row of each document, best first, and the score of every row."""
        scores = self.features @ weights
        best: dict[str, int] = {}
        for row, document in enumerate(self.documents):
            if document not in best or scores[row] > scores[best[document]]:
                best[document] = row
        return sorted(best.values(), key=lambda row: (-scores[row], self.documents[row])), scores

    def rank(self, weights: Numbers) -> int | None:
        rows = self.order(weights)[0]
        return next((rank for rank, row in enumerate(rows, 1) if self.documents[row] in self.labels), None)


def folds_of(labels: Sequence[frozenset[str]], texts: Sequence[str]) -> list[int]:
    """Return the fold of each question; those that share a labelled document, also by others' labels, share a fold."""
    parent: dict[str, str] = {}

    def root(document: str) -> str:
        while parent.setdefault(document, document) != document:
            document = parent[document]
        return document

    for each in labels:
        first, *others = sorted(each) or [""]
        for other in others:
            parent[root(other)] = root(first)
    groups = [root(min(each)) if each else text for each, text in zip(labels, texts, strict=True)]
    return [zlib.crc32(group.encode()) % FOLDS for group in groups]


def learn_scores(examples: Sequence[Example], start: Numbers) -> Numbers:
    """Return weights under which a labelled document is likeliest to come first (softmax over documents, Adam)."""
    weights = start.copy()
    for _ in range(ROUNDS):  # which passage stands for its document depends on the weights
        features, wanted, absent = _stack(examples, weights)
        speed, size = np.zeros_like(weights), np.zeros_like(weights)
        for step in range(1, STEPS + 1):
            chances = _softmax(features @ weights + absent)
            hoped = chances * wanted
            hoped /= hoped.sum(axis=1, keepdims=True) + 1e-12
            slope = np.einsum("qd,qdf->f", chances - hoped, features) / len(features) + RESTRAINT * weights
            speed, size = 0.9 * speed + 0.1 * slope, 0.99 * size + 0.01 * slope * slope
            weights = weights - PACE * (speed / (1 - 0.9**step)) / (np.sqrt(size / (1 - 0.99**step)) + 1e-8)
    return weights


def learn_confidence(signals: Numbers, answerable: NDArray[np.bool_]) -> Numbers:
    """Return logistic weights, the bias first; both classes count the same (Newton's method)."""
    mean, spread = signals.mean(axis=0), signals.std(axis=0) + 1e-12
    rows = np.column_stack([np.ones(len(signals)), (signals - mean) / spread])
    share = answerable.mean()
    counts = np.where(answerable, 0.5 / share, 0.5 / (1 - share))
    restraint = RESTRAINT_OF_CONFIDENCE * np.eye(rows.shape[1])
    restraint[0, 0] = 0.0
    weights = np.zeros(rows.shape[1])
    for _ in range(NEWTON_STEPS):
        rates = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (counts * (rates - answerable)) + restraint @ weights
        curve = (rows * (counts * rates * (1 - rates))[:, None]).T @ rows + restraint
        weights = weights - np.linalg.solve(curve, slope)
    plain = weights[1:] / spread
    return np.concatenate([[weights[0] - plain @ mean], plain])


def _stack(examples: Sequence[Example], weights: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return for every question its documents' features, which are wanted, and a far lower score where none is left."""
    rows = [(each, each.order(weights)[0][:MOST_DOCUMENTS]) for each in examples]
    rows = [(each, chosen) for each, chosen in rows if any(each.documents[row] in each.labels for row in chosen)]
    width = max(len(chosen) for _, chosen in rows)
    features = np.zeros((len(rows), width, len(weights)))
    wanted, absent = np.zeros((len(rows), width)), np.full((len(rows), width), FAR_BELOW)
    for number, (each, chosen) in enumerate(rows):
        features[number, : len(chosen)] = each.features[chosen]
        wanted[number, : len(chosen)] = [each.documents[row] in each.labels for row in chosen]
        absent[number, : len(chosen)] = 0.0
    return features, wanted, absent


def _softmax(scores: Numbers) -> Numbers:
    grown: Numbers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return grown / grown.sum(axis=1, keepdims=True)
