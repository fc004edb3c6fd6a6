"""Scripts that write without spaces, and Korean, whose words end in particles: cut evenly into short terms.

Rules: a run is cut at the small words of its language, what lies between into pairs of letters (Chinese, Japanese,
Korean) or runs of three (Thai, Khmer, Lao, Burmese); a question and a page are cut alike. Japanese words in katakana
stay whole, and of those in hiragana only what is long enough to be a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from backend.knowledge.index.tables import table_of

HAN, KANA, HANGUL = "\u3400-\u9fff々〆", "\u3040-\u30ff", "\u1100-\u11ff\uac00-\ud7af"
BY_THREE = {"th": "\u0e00-\u0e7f", "lo": "\u0e80-\u0eff", "my": "\u1000-\u109f", "km": "\u1780-\u17ff"}
SPACELESS_LETTERS = "".join((HAN, KANA, HANGUL, *BY_THREE.values()))
SPACELESS = re.compile(f"[{SPACELESS_LETTERS}]+")
RUN_OF_THREE = re.compile(f"[{''.join(BY_THREE.values())}]{{3}}\\Z")
PIECES = re.compile("|".join(f"[{letters}]+" for letters in (HAN + KANA, HANGUL, *BY_THREE.values())))
BY_SCRIPT = re.compile("[\u3040-\u309f]+|[\u30a0-\u30ff]+|[^\u3040-\u30ff]+")
IS_KANA, IS_HANGUL = re.compile(f"[{KANA}]"), re.compile(f"[{HANGUL}]")
SCRIPTS = {language: re.compile(f"[{letters}]") for language, letters in BY_THREE.items()}
LEAST_OF_HIRAGANA = 3
LEFT_BY_A_SHORT_ENDING = 2  # syllables: 휴가 ends in no particle


def cut_runs(word: str, language: str) -> Iterator[str]:
    """Yield the terms of a word that holds such runs, and what stands between them as it is."""
    at = 0
    for run in PIECES.finditer(word):
        if run.start() > at:
            yield word[at : run.start()]
        yield from _cut_run(run[0], language)
        at = run.end()
    if at < len(word):
        yield word[at:]


def _cut_run(run: str, language: str) -> Iterator[str]:
    if IS_HANGUL.match(run):
        yield from _cut_korean(run)
    elif (script := next((each for each, letters in SCRIPTS.items() if letters.match(run)), None)) is not None:
        yield from (gram for piece in table_of(script).cuts.split(run) for gram in _grams(piece, 3))
    elif language == "ja" or IS_KANA.search(run):
        yield from _cut_japanese(run)
    else:
        yield from (gram for piece in table_of("zh").cuts.split(run) for gram in _grams(piece, 2))


def _cut_japanese(run: str) -> Iterator[str]:
    table = table_of("ja")
    for piece in table.cuts.split(run):
        for part in BY_SCRIPT.findall(piece):
            if part[0] > "\u30ff":
                yield from _grams(part, 2)
            elif part[0] > "\u309f":
                yield part
            elif len(word := part.strip(table.trimmed)) >= LEAST_OF_HIRAGANA:
                yield word


def _cut_korean(word: str) -> Iterator[str]:
    table = table_of("ko")
    if word in table.stop_words:
        return
    bare = _without_ending(_without_ending(word, table.endings), table.endings)
    if bare not in table.stop_words:
        yield from _grams(bare, 2)


def _without_ending(word: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        left = len(word) - len(ending)
        if left >= (LEFT_BY_A_SHORT_ENDING if len(ending) == 1 else 1) and word.endswith(ending):
            return word[:left]
    return word


def _grams(run: str, size: int) -> Iterator[str]:
    """Yield every run of so many letters, or the whole where there are fewer."""
    if run:
        yield from (run[at : at + size] for at in range(max(1, len(run) - size + 1)))
