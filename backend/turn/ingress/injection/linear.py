"""A linear model on character and word n-grams, trained beforehand (docs/reference/injection-model.md).

1. The features of a text are a set: n-grams of 2 to 5 bytes inside each word with a blank at both ends, words, and
   pairs of words, of the folded text. Each has the value 1 / sqrt(number of features, at least 10).
2. Weights lie in a table of whole numbers, at the place that a checksum of the feature names.
3. Beside it stands how usual each pair of characters is, so that text that no language has can be told.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

FILE = Path(__file__).with_name("model.json")
TABLE_BITS = 15
MASK = (1 << TABLE_BITS) - 1
SHORTEST_GRAM, LONGEST_GRAM = 2, 5
FEWEST_FEATURES = 10
LONGEST_WORD = 40  # bytes of a word that are looked at: what is longer is a code, and has a view of its own
TOKEN = re.compile(r"\w+|[^\w\s]+")

ALPHABET = " abcdefghijklmnopqrstuvwxyz.,;:!?'\"()-0\\/<>[]{}_=+*&%$#@`~^|"
LETTER = {character: number for number, character in enumerate(ALPHABET)}
OTHER = len(ALPHABET)
LETTERS = OTHER + 1
DIGITS = str.maketrans("123456789", "0" * 9)
TAIL = 100  # characters at the end that are looked at for text of no language: suffixes are what attacks append
SHORTEST_TAIL = 24
ODD_TOKEN = re.compile(r"\w[^\w\s'’\-.,/:@]+\w|[a-z][A-Z]|^[^\w\s(\"'#@$*\-<“‘¿¡]+\w")
ORDINARY_TOKEN = re.compile(r"\w[./=:\-@]\w")  # paths, settings, addresses, class names: what people paste from logs
ODD_TOKEN_LOSS = 2.5


@dataclass(frozen=True, slots=True)
class Model:
    """`weights` times `scale` are the weights; `pairs` are hundredths of a nat by first and second character."""

    weights: Sequence[int]
    scale: float
    bias: float
    pairs: Sequence[int]


@lru_cache(maxsize=1)
def model() -> Model:
    written = json.loads(FILE.read_text(encoding="utf-8"))
    weights = memoryview(base64.b64decode(written["weights"])).cast("b").tolist()
    pairs = memoryview(base64.b64decode(written["pairs"])).cast("H").tolist()
    return Model(weights, written["scale"], written["bias"], pairs)


def features(text: str) -> set[int]:
    """Return the places in the table of a folded text's features."""
    words = [b" " + token.encode()[:LONGEST_WORD] + b" " for token in TOKEN.findall(text)]
    each_once = set(words)
    found = each_once | {first + second for first, second in pairwise([b"", *words])}
    for size in range(SHORTEST_GRAM, LONGEST_GRAM + 1):
        found.update([word[at : at + size] for word in each_once for at in range(len(word) - size + 1)])
    return {feature & MASK for feature in map(crc32, found)}


def linear_score(text: str, trained: Model) -> float:
    """Return how much a folded text is like attacks: above 0 more than like questions."""
    found = features(text)
    weights = trained.weights
    return sum([weights[place] for place in found]) * trained.scale / value_root(len(found)) + trained.bias


def value_root(count: int) -> float:
    return math.sqrt(max(count, FEWEST_FEATURES))


def letters_of(text: str) -> list[int]:
    return [LETTER.get(character, OTHER) for character in text.lower().translate(DIGITS)]


def pair_loss(text: str, trained: Model) -> float:
    """Return how little the characters of a text are expected one after the other, in nats; about 2.3 for prose."""
    letters = letters_of(text)
    if len(letters) < 2:
        return 0.0
    pairs = trained.pairs
    loss = sum([pairs[first * LETTERS + second] for first, second in pairwise(letters)])
    return loss / 100 / (len(letters) - 1)


def strangeness(text: str, trained: Model) -> float:
    """Return how unlike any language the end of a text is, in nats a character with a surcharge for odd words; about
    2.5 for prose. Texts that are short or mostly not in Latin letters have 0."""
    tail = " ".join(text.split())[-TAIL:]
    letters = letters_of(tail)
    if len(letters) < SHORTEST_TAIL or letters.count(OTHER) > len(letters) // 4:
        return 0.0
    words = tail.split()
    odd = sum(1 for word in words if ODD_TOKEN.search(word) and not ORDINARY_TOKEN.search(word)) / len(words)
    return pair_loss(tail, trained) + ODD_TOKEN_LOSS * odd
