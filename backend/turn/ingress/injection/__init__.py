"""Tells how much a text looks like an attempt to take the assistant over.

1. Three signals are added, not joined by OR: a linear model for style, rules for what is said, and how strange the
   end of the text is. Each alone raises too many false alarms to be used as one.
2. What stands in a code counts as if it stood there plainly, and more: nobody encodes a question.
   So many characters are read of all readings together; where there is more to read, the text is worth a look.
3. The score runs from 0 to 1. At 0.5 a message is worth a look, from 0.8 on it is refused where the site says no other;
   how sums become scores stands in the table beside the model.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.domain.findings import Suspicion
from backend.domain.ports import InjectionDetector
from backend.turn.ingress.injection.linear import Model, linear_score, model, pair_loss, strangeness
from backend.turn.ingress.injection.rules import matching_rules, rules
from backend.turn.ingress.injection.views import View, decoded_views, folded, in_one_line, undisguised, unleeted_lines

RULES_COUNT = 0.8
STRANGE_FROM, STRANGE_COUNTS, STRANGE_MOST = 3.1, 4.0, 2.3
LEAST_STYLE = -1.1  # an unfamiliar style must not outweigh what was said in plain words
DECODED_COUNTS_MORE = 1.0
DECODED_FROM = -0.5  # a decoded text need not be an attack by itself: nobody encodes a question
FLAG_SUM, REFUSE_SUM = 0.14, 1.1  # the sums that become the scores 0.5 and 0.8
MOST_CERTAIN = 0.999  # so that a site that sets 1 refuses nothing
MOST_READ = 12_000  # characters: a message in three readings
UNREAD = "unread"
STEEPNESS = math.log(0.8 / 0.2) / (REFUSE_SUM - FLAG_SUM)


COMMENT_BEGINS, COMMENT_ENDS = "<!--", "-->"
LONGEST_COMMENT = 4_000  # characters that are read of it
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
        plain = undisguised(text)
        left = MOST_READ - len(plain)
        signals = self.signals(plain[:MOST_READ], in_one_line(plain[:MOST_READ]).strip())
        best, families = signals.sum, signals.families
        for view in decoded_views(plain, self.loss) if left > 0 else ():
            left -= len(view.text)
            if left < 0:
                break
            total, found = self.weigh_view(view)
            if total > best:
                best, families = total, found
        return (best, families) if left >= 0 else (max(best, FLAG_SUM), (*families, UNREAD))

    def weigh_view(self, view: View) -> tuple[float, tuple[str, ...]]:
        """Return the sum of a decoded reading; less than any text has where it says nothing that rules know."""
        read = self.signals("", view.text, view.code)
        if not read.rules and not view.is_sure:
            return -math.inf, ()
        more = DECODED_COUNTS_MORE if read.sum > DECODED_FROM and view.is_sure else 0.0
        return read.sum + more, (*read.families, view.code)

    def loss(self, text: str) -> float:
        """Return how unlike a language a text is."""
        return pair_loss(text, self._model)

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
    in_comments = [rule for comment in comments_of(document) for rule in matching_rules(folded(comment), "")]
    decoded = [
        rule
        for view in decoded_views(undisguised(document), lambda reading: pair_loss(reading, trained))
        if view.code in HIDES
        for rule in matching_rules(view.text, view.code)
    ]
    decoded += [rule for line in unleeted_lines(undisguised(document)) for rule in matching_rules(line, "leet")]
    openly = set(matching_rules(folded(document), "")) if decoded else set()  # a decoded text holds the plain one too
    hidden = [*in_comments, *(rule for rule in decoded if rule not in openly)]
    return tuple(dict.fromkeys(rule.family for rule in hidden if rule.weight >= TELLING))


def comments_of(document: str) -> Iterator[str]:
    """Yield what stands in comments; one that is not closed goes on to the end."""
    at = document.find(COMMENT_BEGINS)
    while at >= 0:
        begins = at + len(COMMENT_BEGINS)
        ends = document.find(COMMENT_ENDS, begins)
        yield document[begins : min(ends if ends >= 0 else len(document), begins + LONGEST_COMMENT)]
        at = document.find(COMMENT_BEGINS, ends) if ends >= 0 else -1


class Together:
    """Several detectors as one, such as ours and one from elsewhere: the most suspicious one is believed.

    One that breaks refuses the question: a check is never waved through.
    """

    def __init__(self, detectors: Sequence[InjectionDetector]) -> None:
        self._detectors = detectors

    def detect(self, text: str) -> Suspicion:
        return max((detector.detect(text) for detector in self._detectors), key=lambda each: each.score)
