"""What the embedded answerer says in its own words, by language. Edit freely: English is used where a language lacks.

`{name}` is the site's name, `{title}` a document's title. Everything else it says is quoted from the site's documents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One language's sentences, and the patterns by which it knows small talk."""

    greeting: str
    thanks: str
    goodbye: str
    about: str
    nothing: str
    nothing_but: str
    closest: str
    ask_about: str
    is_greeting: re.Pattern[str]
    is_thanks: re.Pattern[str]
    is_goodbye: re.Pattern[str]
    asks_about_us: re.Pattern[str]


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{pattern})\W*", re.I)


ENGLISH = Words(
    greeting="Hello! What would you like to know?",
    thanks="You're welcome. Is there anything else you would like to know?",
    goodbye="Goodbye, and thanks for stopping by.",
    about=(
        "I'm the automated assistant of {name}. I answer from its help pages, word for word, "
        "and tell you when they don't have an answer."
    ),
    nothing="I couldn't find an answer to that in what {name} has published. Could you put it in other words?",
    nothing_but="I couldn't find an answer to that in what {name} has published. Here is what I can help with:",
    closest="I'm not certain this is what you mean. The closest I found:",
    ask_about="What should I know about {title}?",
    is_greeting=_whole(
        r"(?:hi|hey|hello|hallo|hiya|howdy|greetings|good (?:morning|afternoon|evening|day))"
        r"(?: (?:there|all|everyone|team|bot|again))?(?:\W+how are you(?: (?:doing|today))?)?"
    ),
    is_thanks=_whole(
        r"(?:(?:ok(?:ay)?|great|perfect|cool|super|awesome)\W+){0,2}(?:many )?(?:thanks?(?: you)?|thx|ty|cheers)"
        r"(?: (?:so|very) much| a lot| a bunch)?(?:\W+(?:that(?:'s| is| was) (?:great|helpful|all|perfect|it)|bye))?"
        r"|(?:great|perfect|awesome|that helps?|that helped|got it|ok(?:ay)?|cool|nice)"
    ),
    is_goodbye=_whole(r"(?:good)?bye(?: bye)?|see (?:you|ya)(?: later)?|have a (?:nice|good|great) day"),
    asks_about_us=_whole(
        r"(?:who|what) are you|are you (?:a |an )?(?:real |human )?(?:bot|robot|human|person|ai|machine|real|chat ?bot)"
        r"|what (?:can|do) you (?:do|help(?: me)? with|know|answer)|how can you help(?: me)?|help(?: me)?(?: please)?"
        r"|can you help(?: me)?|what(?:'s| is) your name|am i (?:talking|speaking) (?:to|with) a (?:human|person|bot)"
    ),
)

GERMAN = Words(
    greeting="Hallo! Was möchten Sie wissen?",
    thanks="Gern geschehen. Möchten Sie noch etwas wissen?",
    goodbye="Auf Wiedersehen, und danke für Ihren Besuch.",
    about=(
        "Ich bin der automatische Assistent von {name}. Ich antworte wörtlich aus den Hilfeseiten "
        "und sage es, wenn dort keine Antwort steht."
    ),
    nothing="Dazu habe ich in den Texten von {name} nichts gefunden. Können Sie es anders ausdrücken?",
    nothing_but="Dazu habe ich in den Texten von {name} nichts gefunden. Hierbei kann ich helfen:",
    closest="Ich bin nicht sicher, ob Sie das meinen. Am nächsten kommt:",
    ask_about="Was sollte ich über „{title}“ wissen?",
    is_greeting=_whole(r"(?:hallo|hi|hey|servus|moin|grüezi|grüß gott|guten (?:tag|morgen|abend))(?: zusammen)?"),
    is_thanks=_whole(r"(?:(?:ok|super|prima|toll)\W+)?(?:vielen |herzlichen |besten )?dank(?:e)?(?: (?:schön|sehr))?"),
    is_goodbye=_whole(r"tschüss|auf wiedersehen|bis (?:bald|dann)|ciao"),
    asks_about_us=_whole(
        r"(?:wer|was) (?:bist du|sind sie)|(?:bist du|sind sie) (?:ein |eine )?(?:bot|mensch|roboter|maschine|ki)"
        r"|was (?:kannst du|können sie)(?: tun)?|hilfe"
    ),
)

LANGUAGES: Mapping[str, Words] = {"en": ENGLISH, "de": GERMAN}


def words_for(locale: str) -> Words:
    """Return the sentences of a locale's language, else the English ones."""
    return LANGUAGES.get(re.split(r"[-_]", locale.lower(), maxsplit=1)[0], ENGLISH)
