"""Presidio finds the same without spaCy as with it, and whoever wants spaCy later has the real one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

from backend.turn.ingress.personal_data.presidio import NoLanguage
from tests.servers import ROOT

TOLD = """
import json, sys
{first}
from backend.turn.ingress.personal_data import PersonalData
texts = json.loads(sys.stdin.read())
findings = [[[each.kind, each.start, each.end, each.score] for each in PersonalData().find(text)] for text in texts]
imported = sorted({{name.partition(".")[0] for name in sys.modules}} & {{"spacy", "thinc", "numpy", "tldextract"}})
import presidio_analyzer.nlp_engine.spacy_nlp_engine as engine
try:
    engine.SpacyNlpEngine(models=[{{"lang_code": "en", "model_name": "none-such"}}]).load()
except BaseException as problem:
    refused = f"{{type(problem).__name__}}: {{problem}}"
import spacy
tokens = [token.text for token in spacy.blank("en")("Hello there")]
print(json.dumps([findings, imported, refused, tokens, engine.spacy is spacy]))
"""
TEXTS = (
    "Block my card 4539711149546636 please, or write to sam.o'neil+shop@mail.example.co.uk.",
    "transfer from GB82WEST12345698765432 and call me on 0412 345 678",
    "My SSN: 536904399, tfn 8.7.6.5.4.3.2.1.0, ABN 51-824-753-556, medicare 21234567011",
    "my driver's licence number is LH329609T, and the server at 10.0.0.7 is down",
    "Where is order 2024-118-4411?",
)


@cache
def told(*, spacy_first: bool) -> Mapping[str, Any]:
    """Return what a process tells that has spaCy before Presidio, or only after it."""
    program = TOLD.format(first="import spacy" if spacy_first else "")
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, input=json.dumps(TEXTS), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    names = ("findings", "imported", "refused", "tokens", "is_the_same")
    return dict(zip(names, json.loads(ran.stdout.splitlines()[-1]), strict=True))


def test_the_same_is_found_with_and_without_spacy() -> None:
    without = told(spacy_first=False)["findings"]
    assert without == told(spacy_first=True)["findings"]
    assert [bool(found) for found in without] == [True, True, True, True, False]


def test_neither_spacy_nor_what_recognisers_need_that_nobody_asks_for_is_imported() -> None:
    assert told(spacy_first=False)["imported"] == []


def test_whoever_wants_spacy_later_has_the_real_one() -> None:
    assert told(spacy_first=False)["tokens"] == ["Hello", "there"]


def test_an_engine_that_would_use_spacy_says_that_it_is_not_there() -> None:
    assert told(spacy_first=False)["refused"].startswith("ImportError: spacy.")
    assert "was not imported" in told(spacy_first=False)["refused"]


def test_nothing_stands_in_for_spacy_where_it_was_there_before() -> None:
    assert told(spacy_first=True)["is_the_same"] is True
    assert "spacy" in told(spacy_first=True)["imported"]


def test_the_engine_finds_no_words_in_any_text() -> None:
    engine = NoLanguage()
    assert engine.process_text("Sam and 4111", "en").keywords == []
    assert [(text, found.tokens) for text, found in engine.process_batch(["a", "b"], "en")] == [("a", []), ("b", [])]
    with_context = engine.process_batch([("a", 1), ("b", 2)], "en", as_tuples=True)
    assert [(text, context) for text, _, context in with_context] == [("a", 1), ("b", 2)]
