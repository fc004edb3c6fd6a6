"""Weighted rules by family; the table names what each is about, so that a person can judge a flag."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from backend.domain.toml import read_toml

TABLE = Path(__file__).with_name("rules.toml")


@dataclass(frozen=True, slots=True)
class Rule:
    """`weight` is added where `pattern` occurs in a folded text; `only_in` names the view that it is for."""

    name: str
    family: str
    weight: float
    pattern: re.Pattern[str]
    only_in: str = ""


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    written = read_toml(TABLE)
    words = written["words"]
    return tuple(
        Rule(
            row["name"],
            row["family"],
            row["weight"],
            re.compile(_with_words(row["pattern"], words), re.VERBOSE),
            row.get("only_in", ""),
        )
        for row in written["rule"]
    )


def matching_rules(text: str, view: str = "") -> list[Rule]:
    """Return the rules that fit a folded text, in the table's order."""
    return [rule for rule in rules() if rule.only_in in ("", view) and rule.pattern.search(text)]


def _with_words(pattern: str, words: dict[str, str]) -> str:
    """Return a pattern with its `{name}` lists of words put in."""
    return re.sub(r"\{([a-z_]+)\}", lambda name: f"(?:{words[name.group(1)]})", pattern)
