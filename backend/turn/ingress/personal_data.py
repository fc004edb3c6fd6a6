"""Finds personal data with Presidio's pattern recognisers; no language model and no download.

Presidio as it comes wants a spaCy model and takes order numbers for bank accounts. Here it runs on its own no-op engine
with a short list of kinds that are checked by their digits (cards, accounts) or their form, and a threshold for each.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import NoOpNlpEngine
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, IbanRecognizer, UsSsnRecognizer

from backend.domain.ports import Finding

THRESHOLDS = {"CREDIT_CARD": 0.5, "IBAN_CODE": 0.5, "US_SSN": 0.5}
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


class PersonalData:
    """Finds what must not be passed on; implements the port `PersonalDataFinder`."""

    def __init__(self) -> None:
        registry = RecognizerRegistry(
            recognizers=[CreditCardRecognizer(), IbanRecognizer(), UsSsnRecognizer()], supported_languages=["en"]
        )
        self._analyzer = AnalyzerEngine(
            registry=registry,
            nlp_engine=NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}]),
            supported_languages=["en"],
        )
        self.find("4111 1111 1111 1111")  # the first call compiles every pattern: not at a visitor's cost

    def find(self, text: str) -> Sequence[Finding]:
        """Return what was found, in full-width digits and behind invisible characters too."""
        plain = unicodedata.normalize("NFKC", text).translate(INVISIBLE)
        found = self._analyzer.analyze(text=plain, language="en", entities=list(THRESHOLDS))
        return [
            Finding(result.entity_type, result.start, result.end, result.score)
            for result in found
            if result.score >= THRESHOLDS[result.entity_type]
        ]
