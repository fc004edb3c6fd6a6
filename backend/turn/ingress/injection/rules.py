"""Weighted rules by family; the table names what each is about, so that a person can judge a flag.

RE2 reads them: what a rule costs grows with the text alone, whatever stands in it, and all of them together cost less
than one used to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import re2

from backend.domain.toml import read_toml
from backend.turn.ingress.injection.views import folded

TABLE = Path(__file__).with_name("rules.toml")
MEMORY = 2 << 20  # bytes for what an expression has learnt of texts: one that needs more forgets, and is slower
WORDS = re.compile(r"\{([a-z_]+)\}")
WRITTEN_BLANK = re.compile(r"(\\.)|\s+", re.DOTALL)  # blanks of the table do not count, `\ ` is one of the text
FOREIGN = re.compile(r"[^\x00-\x7f]+")
INSTEAD = " . "  # of what is harmless: the end of a sentence, which no rule reads across


@dataclass(frozen=True, slots=True)
class Rule:
    """`weight` is added where `pattern` occurs in a folded text, and not by what is `harmless`; `only_in` names the
    view that it is for."""

    name: str
    family: str
    weight: float
    pattern: re2._Regexp
    harmless: re2._Regexp | None = None
    only_in: str = ""

    def fits(self, text: str, encoded: bytes) -> bool:
        """Tell whether the rule fits a text, which is also given as RE2 reads it: encoded once for all rules."""
        if not self.pattern.search(encoded):
            return False
        return self.harmless is None or bool(self.pattern.search(self.harmless.sub(INSTEAD, text)))


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    written = read_toml(TABLE)
    words = written["words"]
    return tuple(
        Rule(
            row["name"],
            row["family"],
            row["weight"],
            compiled(row["pattern"], words),
            compiled(row["harmless"], words) if "harmless" in row else None,
            row.get("only_in", ""),
        )
        for row in written["rule"]
    )


def matching_rules(text: str, view: str = "") -> list[Rule]:
    """Return the rules that fit a folded text, in the table's order."""
    encoded = text.encode()
    return [rule for rule in rules() if rule.only_in in ("", view) and rule.fits(text, encoded)]


def compiled(pattern: str, words: dict[str, str]) -> re2._Regexp:
    """Return a pattern with its `{name}` lists of words put in and without the table's own blanks."""
    options = re2.Options()
    options.max_mem = MEMORY
    options.log_errors = False
    whole = pattern
    while WORDS.search(whole):  # a list may name another
        whole = WORDS.sub(lambda name: f"(?:{words[name.group(1)]})", whole)
    whole = FOREIGN.sub(lambda letters: folded(letters.group()), whole)  # as the texts are: ガ is カ, й is и
    return re2.compile(WRITTEN_BLANK.sub(lambda found: _blank_of(found.group(1)), whole), options)


def _blank_of(escape: str | None) -> str:
    return " " if escape == r"\ " else escape or ""
