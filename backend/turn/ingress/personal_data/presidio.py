"""Presidio's analyzer without the language models that it can work with: others import Presidio from here alone.

1. Presidio imports spaCy and thinc for engines that we never open: 55 MB in each worker and a second of each start.
   While it is imported for the first time, names stand in for theirs (`lean_import.py`); where spaCy is there already,
   nothing stands in. Afterwards both are as they were: whoever imports spaCy gets spaCy.
2. Of its recognisers of seventy kinds those are read that are asked for: the others compile patterns, one of them of
   all domains there are.
3. Our engine reads no language, as Presidio's no-op engine, whose empty document is one of spaCy's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from backend.domain.lean_import import names_on_demand, stand_ins

with stand_ins("spacy", "thinc"), names_on_demand("presidio_analyzer.predefined_recognizers"):
    from presidio_analyzer import (
        AnalyzerEngine,
        EntityRecognizer,
        PatternRecognizer,
        RecognizerRegistry,
        RecognizerResult,
        predefined_recognizers,
    )
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

__all__ = [
    "AnalyzerEngine",
    "EntityRecognizer",
    "NlpArtifacts",
    "NoLanguage",
    "PatternRecognizer",
    "RecognizerRegistry",
    "RecognizerResult",
    "predefined_recognizers",
]


class NoLanguage(NlpEngine):
    """Implements Presidio's engine for recognisers that need no words from it."""

    engine_name = "no_language"
    is_available = True

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:  # noqa: ARG002 - not read
        no_words: Any = []  # where Presidio expects one of spaCy's documents
        return NlpArtifacts([], no_words, [], [], self, language)

    def process_batch(
        self,
        texts: Iterable[Any],
        language: str,
        batch_size: int = 1,  # noqa: ARG002
        n_process: int = 1,  # noqa: ARG002
        as_tuples: bool = False,
        **_named: object,
    ) -> Iterator[Any]:
        for each in texts:
            text, *context = each if as_tuples else (each,)
            yield (text, self.process_text(text, language), *context)

    def is_stopword(self, word: str, language: str) -> bool:  # noqa: ARG002
        return False

    def is_punct(self, word: str, language: str) -> bool:  # noqa: ARG002
        return False

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return ["en"]
