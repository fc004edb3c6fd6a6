"""Tells how much a text looks like an attempt to take the assistant over.

1. Three signals are added, not joined by OR: a linear model for style, rules for what is said, and how strange the
   end of the text is. Each alone raises too many false alarms to be used as one.
2. What stands in a code counts as if it stood there plainly, and more: nobody encodes a question.
3. The score runs from 0 to 1. At 0.5 a message is worth a look, from 0.8 on it is refused where the site says no other;
   how sums become scores stands in the table beside the model.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from backend.domain.findings import Suspicion
from backend.domain.ports import InjectionDetector
from backend.turn.ingress.injection.linear import Model, linear_score, model, pair_loss, strangeness
from backend.turn.ingress.injection.rules import matching_rules, rules
from backend.turn.ingress.injection.views import decoded_views, folded, undisguised

RULES_COUNT = 0.8
STRANGE_FROM, STRANGE_COUNTS, STRANGE_MOST = 3.1, 4.0, 2.3
LEAST_STYLE = -1.1  # an unfamiliar style must not outweigh what was said in plain words
DECODED_COUNTS_MORE = 1.0
DECODED_FROM = -0.5  # a decoded text need not be an attack by itself: nobody encodes a question
FLAG_SUM, REFUSE_SUM = 0.14, 1.1  # the sums that become the scores 0.5 and 0.8
MOST_CERTAIN = 0.999  # so that a site that sets 1 refuses nothing
STEEPNESS = math.log(0.8 / 0.2) / (REFUSE_SUM - FLAG_SUM)


COMMENT = re.compile(r"<!--(.{0,4000}?)(?:-->|\Z)", re.DOTALL)
HIDES = frozenset({"encoded", "rot13", "reversed", "spaced"})  # the readings that no person sees at a glance
TELLING = 2.0  # the weight from which a rule's match is seldom said by chance


@dataclass(frozen=True, slots=True)
class Signals:
    """What the parts say of one text; `families` are those of the rules that fit, in the table's order."""

    linear: float
    rules: float
    strange: float
    families: tuple[str, ...]

    @property
    def sum(self) -> float:
        return max(self.linear + self.strange, LEAST_STYLE) + self.rules


class InjectionModel:
    """The detector that is shipped; implements the port `InjectionDetector`."""

    def __init__(self, trained: Model | None = None) -> None:
        self._model = trained or model()
        rules()  # compiles every pattern: not at a visitor's cost

    def detect(self, text: str) -> Suspicion:
        """Return the suspicion that the likeliest reading of the text raises."""
        best, families = self.weigh(text)
        return Suspicion(min(round(score_of(best), 3), MOST_CERTAIN), families)

    def weigh(self, text: str) -> tuple[float, tuple[str, ...]]:
        """Return the highest sum of any reading, and the families that its rules name."""
        plain = self.signals(undisguised(text), folded(text))
        best, families = plain.sum, plain.families
        for view in decoded_views(text, lambda reading: pair_loss(reading, self._model)):
            read = self.signals("", view.text, view.code)
            total = read.sum + (DECODED_COUNTS_MORE if read.sum > DECODED_FROM and view.is_sure else 0.0)
            if total > best and (read.rules or view.is_sure):
                best, families = total, (*read.families, view.code)
        return best, families

    def signals(self, original: str, reading: str, code: str = "") -> Signals:
        """Return the parts of one reading; the end of a decoded one is never strange."""
        matching = matching_rules(reading, code)
        strange = strangeness(original, self._model) - STRANGE_FROM if original else 0.0
        return Signals(
            linear=linear_score(reading, self._model),
            rules=RULES_COUNT * sum(rule.weight for rule in matching),
            strange=STRANGE_COUNTS * min(max(strange, 0.0), STRANGE_MOST / STRANGE_COUNTS),
            families=tuple(dict.fromkeys(rule.family for rule in matching)),
        )


def score_of(total: float) -> float:
    """Return a sum of signals as a score from 0 to 1."""
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, STEEPNESS * (total - FLAG_SUM)))))


def hidden_orders(document: str) -> tuple[str, ...]:
    """Return the families of what a document says where no reader sees it: in a code or in a comment.

    For screening pages as they are taken in: pages that openly speak of instructions are common and harmless, hidden
    ones are neither. Nothing for nearly every page.
    """
    trained = model()
    in_comments = [rule for found in COMMENT.finditer(document) for rule in matching_rules(folded(found.group(1)), "")]
    decoded = [
        rule
        for view in decoded_views(document, lambda reading: pair_loss(reading, trained))
        if view.code in HIDES
        for rule in matching_rules(view.text, view.code)
    ]
    openly = set(matching_rules(folded(document), "")) if decoded else set()  # a decoded text holds the plain one too
    hidden = [*in_comments, *(rule for rule in decoded if rule not in openly)]
    return tuple(dict.fromkeys(rule.family for rule in hidden if rule.weight >= TELLING))


class Together:
    """Several detectors as one, such as ours and one from elsewhere: the most suspicious one is believed.

    One that breaks refuses the question: a check is never waved through.
    """

    def __init__(self, detectors: Sequence[InjectionDetector]) -> None:
        self._detectors = detectors

    def detect(self, text: str) -> Suspicion:
        return max((detector.detect(text) for detector in self._detectors), key=lambda each: each.score)
