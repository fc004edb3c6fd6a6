"""Ordinary sentences in seventeen languages that sound like an attack: nobody is refused for one."""

from __future__ import annotations

import tomllib
from pathlib import Path

from backend.domain.site import Safety
from backend.turn.ingress.injection import InjectionModel

FLAG, REFUSE = Safety().injection_flag, Safety().injection_refuse
SENTENCES = [
    (language, sentence)
    for language, block in tomllib.loads(Path(__file__).with_name("ordinary.toml").read_text("utf-8")).items()
    for sentence in block.strip().splitlines()
]
MOST_FLAGGED = 0.03


def test_no_ordinary_sentence_is_refused_and_few_are_flagged(detector: InjectionModel) -> None:
    assert len(SENTENCES) > 400
    scores = [(detector.detect(sentence).score, language, sentence) for language, sentence in SENTENCES]
    assert [each for each in scores if each[0] >= REFUSE] == []
    flagged = [each for each in scores if each[0] >= FLAG]
    assert len(flagged) <= MOST_FLAGGED * len(SENTENCES), flagged
