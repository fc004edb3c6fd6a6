"""What the scripted model writes: for each question a text of its own, so that words of another one would show."""

from __future__ import annotations

import json
import random
from typing import Any

SIGN = "@"
SHORT_WORDS, LONG_WORDS, BRIEF_WORDS = 24, 60, 3
LONG, BRIEF, ON_SCREEN = "at length", "briefly", "in a while"


def reply_for(mark: str, words: int = SHORT_WORDS) -> dict[str, Any]:
    """Return the reply to a question that ends with this mark."""
    message = " ".join(f"{mark}-{number:02}" for number in range(words))
    return {"message": message, "confidence": 0.9, "followups": [f"And {mark}?"]}


def scripts() -> list[dict[str, Any]]:
    """Return what the model server plays: the mark comes from the question."""
    return [
        {"match": LONG, "reply": reply_for(SIGN, LONG_WORDS), "echo": SIGN, "chunk": 6, "pace_ms": 60},
        {"match": ON_SCREEN, "reply": reply_for(SIGN, LONG_WORDS), "echo": SIGN, "chunk": 6, "pace_ms": 25},
        {"match": BRIEF, "reply": reply_for(SIGN, BRIEF_WORDS), "echo": SIGN, "chunk": 12, "pace_ms": 10},
        {"reply": reply_for(SIGN), "echo": SIGN, "chunk": 6, "pace_ms": 18},
    ]


def mark_of(number: int) -> str:
    """Return a word for a number: of letters, since digits may look like somebody's telephone number."""
    letters = ""
    for _ in range(4):
        number, rest = divmod(number, 20)
        letters = "bcdfghjklmnpqrstvwxz"[rest] + letters
    return f"k{letters}"


def question_of(mark: str, manner: str = "") -> str:
    return f"Tell me {manner} about {mark}".replace("  ", " ")


def is_whole(document: str, mark: str, words: int = SHORT_WORDS) -> bool:
    """Tell whether a document is exactly what the model wrote for this mark."""
    try:
        found: object = json.loads(document)
    except ValueError:
        return False
    return found == reply_for(mark, words)


def is_beginning(document: str, mark: str, words: int) -> bool:
    """Tell whether what a cut document shows is the beginning of the message, and nothing else."""
    shown = document.partition('"message":"')[2]
    return str(reply_for(mark, words)["message"]).startswith(shown)


def dice_of(seed: int, *names: object) -> random.Random:
    """Return dice that fall the same way for the same seed and names."""
    return random.Random("/".join(map(str, (seed, *names))))
