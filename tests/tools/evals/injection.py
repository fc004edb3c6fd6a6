"""How well attacks are told from questions, in two bands: flagged (0.5) and refused (0.8).

    python tests/tools/evals/injection.py DATA_FOLDER [--shipped] [--leave-out] [--misses]

Cross-validated: each row is judged by a model that has seen neither it nor anything nearly the same (five folds).
`--shipped` judges with the model as it is shipped, for rows that it was not trained on. `--leave-out` adds what each
source of attacks would have met, had the model never seen that source. `--misses` prints the rows on the wrong side.
DATA_FOLDER is as for train_injection.py; needs scikit-learn unless `--shipped` is given alone.
"""

from __future__ import annotations

import argparse
import base64
import codecs
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from backend.domain.site import Safety
from backend.turn.ingress.injection import InjectionModel
from tests.tools.evals.injection_rows import WHAT_IS_TESTED, Row, read_rows

FOLDS = 5
LONGEST_COPIED = 400  # of the attacks that are obfuscated
Judged = list[tuple[Row, float]]
FLAG, REFUSE = Safety().injection_flag, Safety().injection_refuse

GROUPS: dict[str, Callable[[Row], bool]] = {
    "all attacks": lambda row: row.is_attack,
    "in the wild, DAN": lambda row: row.category.startswith(
        ("jailbreak_in_the_wild", "jailbreak_dan", "jailbreak_autodan", "jailbreak_random_search")
    ),
    "extraction": lambda row: row.category.startswith("system_prompt_extraction"),
    "deepset": lambda row: row.category == "deepset_injection",
    "PAIR": lambda row: row.category == "jailbreak_PAIR",
    "GCG": lambda row: row.category == "jailbreak_GCG_suffix",
    "support red team": lambda row: row.category.startswith("support_redteam"),
    "payloads": lambda row: row.category == "payloadsallthethings",
    "hard benign (NotInject)": lambda row: row.category.startswith("notinject"),
    "support benign": lambda row: row.category.startswith(("support_", "assistant_")) and _is_ordinary(row),
    "near misses": lambda row: row.category.startswith("support_near_miss"),
    "deepset legitimate": lambda row: row.category == "deepset_legit",
}
OTHERS = ("support_prompts", "kb_questions", "pii", "harm_prompts", "naughty_strings", "xss")
HOMOGLYPHS = str.maketrans("aeopcxyi", "аеорсхуі")
LEET = str.maketrans({"o": "0", "i": "1", "e": "3", "a": "4", "s": "5", "t": "7"})
BOLD = {ord(letter): chr(0x1D41A + ord(letter) - ord("a")) for letter in "abcdefghijklmnopqrstuvwxyz"}
COPIES: dict[str, Callable[[str], str]] = {
    "upper case": str.upper,
    "zero width": lambda text: "\u200b".join(text),
    "full width": lambda text: "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text),
    "look-alikes": lambda text: text.translate(HOMOGLYPHS),
    "maths bold": lambda text: text.lower().translate(BOLD),
    "accents": lambda text: "".join(each + "\u0301" if each in "aeiou" else each for each in text),
    "tag characters": lambda text: "".join(chr(0xE0000 + ord(each)) for each in text),
    "leet": lambda text: text.lower().translate(LEET),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "letters spaced": lambda text: " ".join(text),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "reversed": lambda text: text[::-1],
}


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder", type=Path)
    options.add_argument("--shipped", action="store_true")
    options.add_argument("--leave-out", action="store_true")
    options.add_argument("--misses", action="store_true")
    given = options.parse_args()
    rows = read_rows(given.folder)
    judged = judge_shipped(rows) if given.shipped else judge_in_folds(rows)
    print("\n".join(table_of(judged)))
    print("\n".join(copies_table(judged)))
    if given.leave_out:
        print("\n".join(left_out_table(rows, judged)))
    if given.misses:
        print("\n".join(misses(judged)))
    print("\n".join(times()))
    return 0


def judge_shipped(rows: Sequence[Row]) -> Judged:
    return judge(InjectionModel(), rows)


def judge(detector: InjectionModel, rows: Sequence[Row]) -> Judged:
    return [(row, detector.detect(row.text).score) for row in rows if row.origin != "templates"]


def judge_in_folds(rows: Sequence[Row]) -> Judged:
    """Return every row with the score of a model that has not seen it; `detectors` are kept for copies of the rows."""
    judged: Judged = []
    for number, fold in enumerate(folds(rows)):
        mine = {row.group for row in fold}
        _detectors[number] = trained_on([row for row in rows if row.group not in mine])
        judged += judge(_detectors[number], fold)
        _fold_of.update({row.group: number for row in fold})
    return judged


_detectors: dict[int, InjectionModel] = {}
_fold_of: dict[int, int] = {}


def trained_on(rows: Sequence[Row]) -> InjectionModel:
    from tests.tools.evals.train_injection import train  # scikit-learn is not needed to judge with the shipped model

    return InjectionModel(train([row for row in rows if row.may_train]))


def folds(rows: Sequence[Row]) -> list[list[Row]]:
    groups = defaultdict(list)
    for row in rows:
        groups[row.group].append(row)
    order = sorted(groups)
    random.Random(5).shuffle(order)
    return [[row for group in order[number::FOLDS] for row in groups[group]] for number in range(FOLDS)]


def table_of(judged: Judged) -> Iterator[str]:
    yield f"{'':28}{'rows':>6}{'flagged %':>11}{'refused %':>11}"
    tested = [(row, score) for row, score in judged if row.origin == WHAT_IS_TESTED]
    for name, belongs in GROUPS.items():
        yield line(name, [score for row, score in tested if belongs(row)])
    for name in OTHERS:
        yield line(f"{name} (benign)", [score for row, score in judged if row.origin == name and not row.is_attack])
    yield line("harmful wishes (no aim)", [score for row, score in judged if row.category == "harm"])


def line(name: str, scores: Sequence[float]) -> str:
    if not scores:
        return f"{name:28}{0:>6}"
    flagged, refused = (sum(score >= band for score in scores) / len(scores) * 100 for band in (FLAG, REFUSE))
    return f"{name:28}{len(scores):>6}{flagged:>11.1f}{refused:>11.1f}"


def copies_table(judged: Judged) -> Iterator[str]:
    """Yield how many of the caught, short attacks in ASCII are still caught when their letters are disguised."""
    caught = [
        row
        for row, score in judged
        if row.is_attack and row.origin == WHAT_IS_TESTED and score >= FLAG
        and row.text.isascii() and len(row.text) <= LONGEST_COPIED
    ]  # fmt: skip
    yield f"\ncopies of {len(caught)} caught attacks, still flagged %"
    for name, disguise in COPIES.items():
        still = sum(_detector_of(row).detect(disguise(row.text)).score >= FLAG for row in caught)
        yield f"  {name:26}{still / max(1, len(caught)) * 100:>6.1f}"


def _detector_of(row: Row) -> InjectionModel:
    if not _detectors:
        _detectors[0] = InjectionModel()
    return _detectors[_fold_of.get(row.group, 0)]


def left_out_table(rows: Sequence[Row], judged: Judged) -> Iterator[str]:
    """Yield what each kind would have met from a model that never saw its source."""
    yield f"\n{'flagged %, the source...':28}{'rows':>6}{'seen':>11}{'left out':>11}"
    seen = dict(judged)
    for name, belongs in GROUPS.items():
        kind = [row for row in rows if row.origin == WHAT_IS_TESTED and belongs(row)]
        if name in ("all attacks", "support benign") or not kind:
            continue
        sources = {row.source.partition("@")[0] for row in kind}
        rest = [row for row in rows if row.source.partition("@")[0] not in sources or row.origin != WHAT_IS_TESTED]
        detector = trained_on([row for row in rest if row not in set(kind)])
        left = sum(detector.detect(row.text).score >= FLAG for row in kind) / len(kind) * 100
        before = sum(seen[row] >= FLAG for row in kind) / len(kind) * 100
        yield f"{name:28}{len(kind):>6}{before:>11.1f}{left:>11.1f}"


def misses(judged: Judged) -> Iterator[str]:
    for row, score in judged:
        if row.is_attack != (score >= FLAG) and row.category != "harm":
            yield f"{'missed' if row.is_attack else 'alarm '} {score:.2f} {row.category[:24]:24} {row.text[:160]!r}"


def times() -> Iterator[str]:
    """Yield the time for messages of three lengths."""
    detector = InjectionModel()
    words = "Hello, how do I connect my own domain here? I followed the setup instructions and it does not work. "
    for length in (50, 500, 2000):
        text = (words * 40)[:length]
        detector.detect(text)
        began = time.perf_counter()
        for _ in range(50):
            detector.detect(text)
        yield f"{length:5} characters: {(time.perf_counter() - began) / 50 * 1000:.2f} ms"


def _is_ordinary(row: Row) -> bool:
    return not row.category.startswith("support_near_miss") and not row.is_attack


if __name__ == "__main__":
    sys.exit(main())
