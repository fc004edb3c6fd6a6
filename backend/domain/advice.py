"""Advice that only a professional may give: whether a question asks for it, and for which (`advice.toml`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from backend.domain.toml import read_toml

Subject = Literal["medical", "legal", "money"]
TABLE = Path(__file__).with_name("advice.toml")
WITH_SPACES = re.compile(r"[a-zà-öø-ÿœąćęłńśźżа-яё]", re.I)


@dataclass(frozen=True, slots=True)
class Advice:
    """The subject that advice is asked on, and the word of the question that names it."""

    subject: Subject
    word: str


def advice_asked(question: str) -> Advice | None:
    """Return what advice a question asks for; None where it asks for none."""
    seeks, subjects = _patterns()
    said = " ".join(question.casefold().replace("’", "'").split())
    if not seeks.search(said):
        return None
    found = ((subject, pattern.search(said)) for subject, pattern in subjects.items())
    return next((Advice(subject, match[0].strip()) for subject, match in found if match), None)


@cache
def _patterns() -> tuple[re.Pattern[str], Mapping[Subject, re.Pattern[str]]]:
    table = read_toml(TABLE)
    return _any_of(table["seeks"]), {subject: _any_of(words) for subject, words in table["subjects"].items()}


def _any_of(beginnings: Sequence[str]) -> re.Pattern[str]:
    """Return what finds a word that begins like one of these."""
    return re.compile(
        "|".join(rf"\b{re.escape(each)}" if WITH_SPACES.match(each) else re.escape(each) for each in beginnings)
    )
