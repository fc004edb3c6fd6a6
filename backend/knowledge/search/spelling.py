"""Words that no document of the site holds, put right by words that one does.

A slip of one letter is put right from 4 letters on, two slips from 8 letters on; words with digits are codes and are
left alone. A word with a prefix is no slip of the word without it: the two often mean the contrary.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

SHORTEST_WORD = 4
TWO_SLIPS_FROM = 8
MOST_COMPARED = 50
SHORTEST_PREFIX = 2


class Speller:
    """The words of one site, found by the letters that they share.

    Words of one length stand one behind the other in one text, which is searched for each run of three letters: that
    takes a few milliseconds in a hundred thousand words, and no more room than the words themselves.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._rows: dict[int, str] = {}
        self.add(words)

    def add(self, words: Iterable[str]) -> None:
        new: dict[int, list[str]] = defaultdict(list)
        for word in words:
            new[len(word)].append(f"^{word}$")
        for length, rows in new.items():
            self._rows[length] = "".join([self._rows.get(length, ""), *rows])

    def near(self, word: str) -> list[tuple[int, str]]:
        """Return the known words that this one may be a slip of, each with the number of slips."""
        most_slips = 2 if len(word) >= TWO_SLIPS_FROM else 1
        shared: Counter[str] = Counter()
        for length in range(len(word) - most_slips, len(word) + most_slips + 1):
            shared.update(self._share_trigrams(word, length))
        likeliest = sorted(shared.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_COMPARED]
        compared = ((count_slips(word, other), other) for other, _ in likeliest if not negates(word, other))
        return [(slips, other) for slips, other in compared if slips <= most_slips]

    def __contains__(self, word: str) -> bool:
        return f"^{word}$" in self._rows.get(len(word), "")

    def beginning(self, letters: str) -> Iterator[str]:
        """Yield the known words that begin with these letters."""
        for length, rows in self._rows_from(len(letters)):
            yield from (rows[at + 1 : at + 1 + length] for at in _places_of(f"^{letters}", rows))

    def ending(self, letters: str) -> Iterator[str]:
        """Yield the known words that end with these letters."""
        for length, rows in self._rows_from(len(letters)):
            ends = (at + len(letters) for at in _places_of(f"{letters}$", rows))
            yield from (rows[end - length : end] for end in ends)

    def _rows_from(self, least: int) -> Iterator[tuple[int, str]]:
        return ((length, rows) for length, rows in self._rows.items() if length >= least)

    def _share_trigrams(self, word: str, length: int) -> dict[str, int]:
        """Return the words of this length that share runs of three letters with the word, with how many."""
        rows, width = self._rows.get(length, ""), length + 2
        counts: Counter[int] = Counter()
        for trigram in _trigrams(word):
            counts.update({at // width for at in _places_of(trigram, rows)})
        return {rows[at * width + 1 : (at + 1) * width - 1]: count for at, count in counts.items()}


def _places_of(part: str, text: str) -> Iterator[int]:
    at = text.find(part)
    while at >= 0:
        yield at
        at = text.find(part, at + len(part))


def is_worth_correcting(word: str) -> bool:
    return len(word) >= SHORTEST_WORD and not any(letter.isdigit() for letter in word)


def negates(one: str, other: str) -> bool:
    """Tell whether one word is the other with letters before it, which no finger adds: "uninstall", "nonpayment"."""
    longer, shorter = sorted((one, other), key=len, reverse=True)
    return len(longer) >= len(shorter) + SHORTEST_PREFIX and longer.endswith(shorter)


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
