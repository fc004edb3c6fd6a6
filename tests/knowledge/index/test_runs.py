"""Scripts without spaces are cut evenly, whatever stands around a word."""

from __future__ import annotations

import pytest

from backend.knowledge.index.runs import cut_runs


@pytest.mark.parametrize(
    ("language", "run", "terms"),
    [
        ("zh", "冰箱几天能到我家", ["冰箱", "家"]),
        ("zh", "压缩机", ["压缩", "缩机"]),
        ("ja", "クレジットカードで払えますか", ["クレジットカード", "払"]),
        ("ja", "たばこを吸える場所", ["たばこ", "吸", "場所"]),
        ("ko", "배송료는", ["배송", "송료"]),
        ("th", "รถชน", ["รถช", "ถชน"]),
        ("km", "កម្ពុ", ["កម្", "ម្ព", "្ពុ"]),
        ("en", "led灯", ["led", "灯"]),
        ("en", "plain", ["plain"]),
    ],
)
def test_a_run_is_cut(language: str, run: str, terms: list[str]) -> None:
    assert list(cut_runs(run, language)) == terms
