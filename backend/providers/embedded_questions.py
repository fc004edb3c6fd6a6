"""Titles and headings as questions that a visitor would ask.

"Wix Stores: Creating Automatic Discounts" becomes "How do I create automatic discounts in Wix Stores?". A title that
does not make a good question makes none.
"""

from __future__ import annotations

import re

LONGEST_QUESTION = 72  # characters: two lines on a phone at most, one elsewhere
LEAST_WORDS_OF_A_QUESTION = 4
MOST_PREFIX_WORDS = 4

# The verbs that help pages begin with. Others are not taken for verbs: "Training" and "Pricing" are things.
VERBS = """accept access activate add adjust allow apply arrange ask assign attach become block book build buy cancel
change check choose claim clean close complete connect contact copy create customize customise delete disable display
download duplicate edit enable enroll export file find finish fix get give handle hide hire host import improve install
invite join leave link log make manage merge migrate move open order organize pay plan post prepare prevent preview
print protect publish purchase receive record recover redeem refund register remove rename renew reorder rent replace
report request reserve reset resolve restore return review save schedule select sell send set share sign start stop
submit subscribe switch take test track transfer travel troubleshoot turn unblock understand uninstall unlink
unsubscribe update upgrade upload use verify view withdraw""".split()  # noqa: SIM905 - easier to read in lines
DOUBLING = frozenset({"cancel", "get", "log", "plan", "set", "stop", "submit", "transfer", "refer", "label", "travel"})

SMALL_WORDS = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}
)


def _ing_forms(verb: str) -> set[str]:
    forms = {f"{verb}ing"}
    if verb.endswith("e") and not verb.endswith("ee"):
        forms = {f"{verb[:-1]}ing"}
    if verb in DOUBLING:
        forms.add(f"{verb}{verb[-1]}ing")
    return forms


GERUNDS = {form: verb for verb in VERBS for form in _ing_forms(verb)}
LEADING_VERBS = re.compile(
    r"((?:[A-Za-z]+ing)(?:(?:\s*,\s*|\s+and\s+|\s+or\s+|\s*&\s*|,\s+and\s+)[A-Za-z]+ing\b)*)\s+(.+)"
)

# "Cancel your plan" is what one does; "Order status" may be a thing.
WHAT_ONE_DOES = re.compile(rf"(?:{'|'.join(VERBS)}) (?:an?|the|your|my|our|all|this|these|multiple)\b", re.I)
FURTHER_VERB = re.compile(r"(and|or|&) ([A-Za-z]+ing)\b")
LONGEST_TOPIC_WORDS = 5
NO_TOPIC = re.compile(r"frequently asked|faq|overview|index|welcome|introduction|contents|\bplay \d", re.I)


def phrase_question(title: str, text: str, ask_about: str = "", *, is_english: bool) -> str | None:
    """Return the question that this title answers, or None where it makes no good one.

    `text` shows which of its words are names; `ask_about` is the question for a title that is just a topic, and
    without it such a title makes none.
    """
    title = " ".join(title.split()).strip(" .:")
    if title.endswith("?"):
        says_enough = len(title.split()) >= LEAST_WORDS_OF_A_QUESTION  # "What's next?" is asked of what stands before
        return title if says_enough and len(title) <= LONGEST_QUESTION else None
    question = _ask_how(title, text) if is_english else None
    if question is None and ask_about:
        question = _ask_about(title, text, ask_about)
    return question if question and len(question) <= LONGEST_QUESTION else None


def _ask_how(title: str, text: str) -> str | None:
    """Return "How do I …?" for a title that begins with a verb, after the name of a product or not."""
    if match := re.match(r"how to (.+)", title, re.I):
        return f"How do I {_speak(match[1], text)}?"
    product, _, rest = title.rpartition(": ")
    if not product and WHAT_ONE_DOES.match(rest):
        return f"How do I {_speak(rest, text)}?"
    match = LEADING_VERBS.match(rest)
    verbs = [GERUNDS.get(word.lower()) for word in re.findall(r"[A-Za-z]+ing\b", match[1])] if match else []
    if match is None or None in verbs or len(product.split()) > MOST_PREFIX_WORDS:
        return None
    said = re.sub(r"[A-Za-z]+ing\b", lambda found: GERUNDS[found[0].lower()], match[1])
    tail = FURTHER_VERB.sub(lambda found: f"{found[1]} {GERUNDS.get(found[2].lower(), found[2])}", match[2])
    if FURTHER_VERB.search(tail):
        return None  # "leaving the team & offboarding": not all of it is a verb
    tail = _speak(tail, text)
    where = f" in {product}" if product and product.lower() not in tail.lower() else ""
    return f"How do I {said} {tail}{where}?"


def _ask_about(title: str, text: str, ask_about: str) -> str | None:
    topic = re.sub(r"^(?:.{1,40}: )?about (?:the )?", "", title, flags=re.I)
    opens_with_verb = re.match(r"(?:[A-Za-z]+ing|what|how|who|when|where|why|get|doing)\b", topic, re.I)
    if (
        opens_with_verb
        or re.search(r"[:()|!,&]| [-–—] ", topic)
        or NO_TOPIC.search(topic)
        or len(topic.split()) > LONGEST_TOPIC_WORDS
    ):
        return None
    return ask_about.format(title=_speak(topic, text))


def _speak(words: str, text: str) -> str:
    """Return words of a title as they stand in a sentence: names keep their capitals, "your" becomes "my"."""
    spoken = [_lower_unless_name(word, text) for word in words.split()]
    return re.sub(r"\byour\b", "my", re.sub(r"\byou\b", "I", " ".join(spoken)))


def _lower_unless_name(word: str, text: str) -> str:
    """A word is a name when the text mostly writes it with a capital inside its sentences."""
    if not (word[:1].isupper() and word[1:] == word[1:].lower()):
        return word
    small = word.lower()
    bare = re.escape(small.strip(".,;:!?()\"'"))
    times_small = len(re.findall(rf"(?<![\w.-]){bare}\b", text))
    times_large = len(re.findall(rf"[a-z,] {bare.capitalize()}\b", text))
    return word if times_large > times_small else small
