"""Finds personal data with Presidio's engine; no language model and no download.

1. Presidio as it comes wants a spaCy model and takes order numbers for bank accounts. Here it reads no language
   (`presidio.py`); recognisers of our own find what is frequent, its own what has check digits and is called by name.
2. The text is made plain first; what is found is said in places of the text as it was typed.
3. Of findings that overlap the surest stays: nothing is counted twice.
4. So many of one kind are told apart; with what follows them the rest of the text is one finding.
5. A UUID names nobody, though one in some thousands has a telephone number's or an IBAN's digits in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from backend.domain.findings import Finding
from backend.domain.personal_data import KINDS
from backend.turn.ingress.personal_data.addresses import AT_SOMEWHERE, find_emails, find_machines
from backend.turn.ingress.personal_data.identifiers import find_identifiers, find_secrets, identifiers
from backend.turn.ingress.personal_data.payments import find_accounts, find_cards
from backend.turn.ingress.personal_data.phones import find_phones
from backend.turn.ingress.personal_data.presidio import (
    AnalyzerEngine,
    EntityRecognizer,
    NlpArtifacts,
    NoLanguage,
    RecognizerRegistry,
    RecognizerResult,
)
from backend.turn.ingress.plain_text import plain_text

LEAST_SCORE = 0.4
MOST_FOUND = 40  # by one recogniser: each finding is compared with every other
WORTH_A_LOOK = re.compile(  # most messages are not
    rf"[\d@:]|[0-9A-Fa-f]{{2}}[-.][0-9A-Fa-f]{{2}}|PRIVATE KEY|(?i:{AT_SOMEWHERE})"
)
UUID = re.compile(r"(?<![\w-])(?=[\d-]*[A-Fa-f])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![\w-])")
WARMING = "4111 1111 1111 1111, sam@example.org, +61 2 5550 1234, ssn, tfn, abn, medicare, nhs, pan"


class Recogniser(EntityRecognizer):
    """One of our functions where Presidio expects a recogniser."""

    def __init__(self, find: Callable[[str], Iterator[Finding]], kinds: Sequence[str]) -> None:
        self._find = find
        super().__init__(supported_entities=list(kinds), name=find.__name__)

    def load(self) -> None:
        """Nothing to load: the tables are read with their modules."""

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002 - Presidio's signature; the engine drops what was not asked for
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        found = [RecognizerResult(each.kind, each.start, each.end, each.score) for each in self._find(text)]
        if len(found) > MOST_FOUND:
            found[MOST_FOUND - 1].end = found[-1].end
        return found[:MOST_FOUND]


def recognisers() -> list[EntityRecognizer]:
    return [
        Recogniser(find_cards, ["CREDIT_CARD"]),
        Recogniser(find_accounts, ["IBAN_CODE"]),
        Recogniser(find_secrets, ["API_KEY"]),
        Recogniser(find_identifiers, [identifier.kind for identifier in identifiers()]),
        Recogniser(find_phones, ["PHONE_NUMBER"]),
        Recogniser(find_emails, ["EMAIL_ADDRESS"]),
        Recogniser(find_machines, ["IP_ADDRESS", "MAC_ADDRESS"]),
    ]


class PersonalData:
    """Finds what should not be passed on; implements the port `PersonalDataFinder`."""

    def __init__(self) -> None:
        self._analyzer = AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=recognisers(), supported_languages=["en"]),
            nlp_engine=NoLanguage(),
            supported_languages=["en"],
        )
        self._kinds = list(KINDS)
        self.find(WARMING)  # the first call reads tables and compiles patterns: not at a visitor's cost

    def find(self, text: str) -> Sequence[Finding]:
        """Return what was found, first to last, in full-width digits and behind invisible characters too."""
        plain = plain_text(text)
        if not WORTH_A_LOOK.search(plain.text):
            return []
        found = self._analyzer.analyze(
            text=without_uuids(plain.text), language="en", entities=self._kinds, score_threshold=LEAST_SCORE
        )
        return [
            Finding(result.entity_type, *plain.original(result.start, result.end), round(result.score, 2))
            for result in surest(found)
        ]


def without_uuids(text: str) -> str:
    """Return the text with something as long, in which nothing is found, in place of each UUID."""
    return UUID.sub(lambda uuid: "_" * len(uuid.group()), text)


def surest(found: Sequence[RecognizerResult]) -> list[RecognizerResult]:
    """Return the findings in reading order; of those that overlap, the surest and then the longest."""
    kept: list[RecognizerResult] = []
    for result in sorted(found, key=lambda each: (-each.score, each.start - each.end)):
        if all(result.end <= other.start or other.end <= result.start for other in kept):
            kept.append(result)
    return sorted(kept, key=lambda each: each.start)
