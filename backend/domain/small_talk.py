"""Small talk: greetings, thanks, goodbyes and questions about us, known by patterns for each language.

What is said in return stands in `words.toml` under the same names. A language without patterns has the English ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Kind = Literal["greeting", "thanks", "goodbye", "about"]


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{pattern})\W*", re.I)


ENGLISH: Mapping[Kind, re.Pattern[str]] = {
    "greeting": _whole(
        r"(?:hi|hey|hello|hallo|hiya|howdy|greetings|good (?:morning|afternoon|evening|day))"
        r"(?: (?:there|all|everyone|team|bot|again))?(?:\W+how are you(?: (?:doing|today))?)?"
    ),
    "thanks": _whole(
        r"(?:(?:ok(?:ay)?|great|perfect|cool|super|awesome)\W+){0,2}(?:many )?(?:thanks?(?: you)?|thx|ty|cheers)"
        r"(?: (?:so|very) much| a lot| a bunch)?(?:\W+(?:that(?:'s| is| was) (?:great|helpful|all|perfect|it)|bye))?"
        r"|(?:great|perfect|awesome|that helps?|that helped|got it|ok(?:ay)?|cool|nice)"
    ),
    "goodbye": _whole(r"(?:good)?bye(?: bye)?|see (?:you|ya)(?: later)?|have a (?:nice|good|great) day"),
    "about": _whole(
        r"(?:who|what) are you|are you (?:a |an )?(?:real |human )?(?:bot|robot|human|person|ai|machine|real|chat ?bot)"
        r"|what (?:can|do) you (?:do|help(?: me)? with|know|answer)|how can you help(?: me)?|help(?: me)?(?: please)?"
        r"|can you help(?: me)?|what(?:'s| is) your name|am i (?:talking|speaking) (?:to|with) a (?:human|person|bot)"
    ),
}

GERMAN: Mapping[Kind, re.Pattern[str]] = {
    "greeting": _whole(r"(?:hallo|hi|hey|servus|moin|grüezi|grüß gott|guten (?:tag|morgen|abend))(?: zusammen)?"),
    "thanks": _whole(r"(?:(?:ok|super|prima|toll)\W+)?(?:vielen |herzlichen |besten )?dank(?:e)?(?: (?:schön|sehr))?"),
    "goodbye": _whole(r"tschüss|auf wiedersehen|bis (?:bald|dann)|ciao"),
    "about": _whole(
        r"(?:wer|was) (?:bist du|sind sie)|(?:bist du|sind sie) (?:ein |eine )?(?:bot|mensch|roboter|maschine|ki)"
        r"|was (?:kannst du|können sie)(?: tun)?|hilfe"
    ),
}

LANGUAGES: Mapping[str, Mapping[Kind, re.Pattern[str]]] = {"en": ENGLISH, "de": GERMAN}


def small_talk_in(question: str, locale: str) -> Kind | None:
    """Return what kind of small talk a question is in a locale's language; None for a question that asks something."""
    patterns = LANGUAGES.get(language_of(locale), ENGLISH)
    plain = question.replace("’", "'")
    return next((kind for kind, pattern in patterns.items() if pattern.fullmatch(plain)), None)


def language_of(locale: str) -> str:
    return re.split(r"[-_]", locale.lower(), maxsplit=1)[0]
