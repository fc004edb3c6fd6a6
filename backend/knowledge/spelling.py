"""Words that no document of the site holds, put right by words that one does.

A slip of one letter is put right from 4 letters on, two slips from 8 letters on; words with digits are codes and are
left alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

SHORTEST_WORD = 4
TWO_SLIPS_FROM = 8
MOST_COMPARED = 50


class Speller:
    """The words of one site, found by the letters that they share."""

    def __init__(self, vocabulary: Mapping[str, int]) -> None:
        self._vocabulary = vocabulary
        self._holders: dict[str, list[str]] = defaultdict(list)
        for word in vocabulary:
            for trigram in _trigrams(word):
                self._holders[trigram].append(word)

    def correct(self, word: str) -> str | None:
        """Return the known word that this one is a slip of: the nearest, then the most frequent; None for none."""
        if len(word) < SHORTEST_WORD or any(letter.isdigit() for letter in word):
            return None
        most_slips = 2 if len(word) >= TWO_SLIPS_FROM else 1
        shared: Counter[str] = Counter()
        for trigram in _trigrams(word):
            shared.update(self._holders.get(trigram, ()))
        near = [
            (slips, -self._vocabulary[other], other)
            for other, _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_COMPARED]
            if abs(len(other) - len(word)) <= most_slips and (slips := count_slips(word, other)) <= most_slips
        ]
        return min(near)[2] if near else None


def count_slips(one: str, other: str) -> int:
    """Return how many letters must be changed, added, dropped or swapped with a neighbour to make one the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        above, row = row, [i] + [0] * len(other)
        for j, letter_of_other in enumerate(other, start=1):
            row[j] = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != letter_of_other))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == letter_of_other:
                row[j] = min(row[j], before[j - 2] + 1)
        before = above
    return row[-1]


def _trigrams(word: str) -> set[str]:
    padded = f"^{word}$"
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
