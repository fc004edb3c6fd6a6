"""The weights are those that were measured."""

from __future__ import annotations

import pytest

from backend.knowledge.search.scoring import (
    CONFIDENCE_WEIGHTS,
    CONFIDENCE_WEIGHTS_BY_MEANING,
    CONFIDENCE_WEIGHTS_OF_A_SMALL_SITE,
    SCORE_WEIGHTS,
    SCORE_WEIGHTS_BY_MEANING,
    RankingSignals,
    Titles,
    rate_confidence,
    size_of,
)


def test_the_weights_are_those_that_were_measured() -> None:
    """Whoever changes one must measure again: `tests/tools/evals/retrieval.py` and `languages.py`."""
    assert SCORE_WEIGHTS == {"match": 7.2, "title_likeness": 8.0, "first_words_found": 2.2}
    assert CONFIDENCE_WEIGHTS == {
        "bias": -8.9,
        "match": 5.97,
        "known": 4.65,
        "margin": 1.07,
        "length": 2.5,
        "title_said": 2.58,
    }
    assert CONFIDENCE_WEIGHTS_OF_A_SMALL_SITE == {
        "bias": -5.06,
        "held": 6.41,
        "match": 1.71,
        "known": 0.34,
        "length": 2.28,
    }


@pytest.mark.parametrize(("passages", "size"), [(0, 0.0), (20, 0.0), (200, 0.5), (2_000, 1.0), (100_000, 1.0)])
def test_a_site_is_small_or_large_or_between(passages: int, size: float) -> None:
    assert size_of(passages) == pytest.approx(size)


def test_a_confidence_never_falls_where_more_of_the_question_is_held() -> None:
    def rate(held: float, size: float) -> float:
        return rate_confidence(RankingSignals(held, 0.5, held, held, 0.5, 0.5, size))

    for size in (0.0, 0.3, 1.0):
        rated = [rate(step / 50, size) for step in range(51)]
        assert rated == sorted(rated)
        assert rated[0] < 0.1 < 0.8 < rated[-1]


def test_a_small_site_is_rated_by_words_as_well_as_by_meaning() -> None:
    def rate(held: float, size: float) -> float:
        near = RankingSignals(
            match=0.5, margin=0.5, known=0.5, held=held, length=0.5, title_said=0.5, size=size, nearness=0.6
        )
        return rate_confidence(near, "all-MiniLM-L6-v2")

    assert rate(0.1, 0.0) < rate(0.9, 0.0)
    assert rate(0.1, 1.0) == rate(0.9, 1.0)


def test_titles_are_alike_with_and_without_accents_and_where_words_are_not_parted() -> None:
    titles = Titles({"a": "Résilier l’abonnement", "b": "Livraison", "c": "退货与退款", "d": "运费"})
    assert titles.compare("resilier").of("a") > titles.compare("resilier").of("b")
    assert titles.compare("怎么退货").of("c") > titles.compare("怎么退货").of("d")


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
