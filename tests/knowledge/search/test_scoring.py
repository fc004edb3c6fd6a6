"""The weights are those that were measured."""

from __future__ import annotations

from backend.knowledge.search.scoring import (
    CONFIDENCE_WEIGHTS,
    CONFIDENCE_WEIGHTS_BY_MEANING,
    SCORE_WEIGHTS,
    SCORE_WEIGHTS_BY_MEANING,
)


def test_the_weights_are_those_that_were_measured() -> None:
    """Whoever changes one must measure again: `tests/tools/evals/retrieval.py`, hit@3 .91, answerable AUC .89."""
    assert SCORE_WEIGHTS == {"match": 7.2, "title_likeness": 8.0, "first_words_found": 2.2}
    assert CONFIDENCE_WEIGHTS == {
        "bias": -9.6,
        "match": 6.2,
        "margin": 1.5,
        "known": 5.3,
        "length": 2.9,
        "title_likeness": 2.6,
    }


def test_the_weights_by_meaning_are_those_that_were_measured() -> None:
    """Whoever changes one must measure again: `tests/tools/evals/retrieval.py --embeddings`, hit@1 .89, AUC .94."""
    assert SCORE_WEIGHTS_BY_MEANING == {"match": 6.5, "title_likeness": 4.1, "nearness": 8.8, "title_nearness": 7.2}
    assert CONFIDENCE_WEIGHTS_BY_MEANING == {
        "bias": -7.5,
        "match": 2.1,
        "margin": 3.5,
        "known": 2.6,
        "nearness": 5.5,
        "title_nearness": 3.3,
    }
