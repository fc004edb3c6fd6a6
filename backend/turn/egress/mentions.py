"""Names, codes, links and e-mail addresses that nobody gave: each of a reply's must stand in a page, the question or
the conversation.

1. Only what has the shape of a name is taken for one: several words with capitals within a sentence or behind a word
   that leads in to a name ("Ask Ada Lovelace"), or a capital within a word (PowerShell). What is quoted, bold or a
   link's text is a label on a screen; what follows "a" or "an" is a kind of thing; in German every noun has a capital.
   A name that is missed costs less than a right reply that is doubted.
2. A name is carried where one of its words is; a code where the whole of it is, in capitals or not.
3. A link is carried where the same address stands, however it is escaped, and everywhere on the site's own hosts; an
   e-mail address only where it stands itself: a letter to one that was made up reaches a stranger.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from urllib.parse import unquote

import re2

from backend.domain.letters import MARKS, WORD
from backend.turn.egress.language import WITH_CAPITAL_NOUNS, language_of

PAGES_KEPT = 128  # visitors ask about the same few; what was said in a conversation is never kept
CAPITAL = r"[A-Z][A-Za-z]{0,30}[a-z][A-Za-z]{0,30}"  # bounded, as all that looks for an end: no text takes its square
NAMES = re.compile(rf"(?P<article>\ban? )?\b{CAPITAL}(?: {CAPITAL})+(?![\w>])")
WITHIN_A_SENTENCE = re.compile(r"(?<=[a-z,]) $")
# What is written with a capital only because a sentence begins there, and has a name behind it rather than a label.
LEADS_IN = re.compile(
    r"(?<!\S)(?:Ask|Call|Contact|Dear|Email|From|Meet|Message|Phone|Ring|Tell|Thank|With)(?= [A-Z]\S* [A-Z]) "
)
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}(?![\w-])", re.IGNORECASE)
INNER_CAPITAL = re.compile(r"(?<![\w.@/#<$-])(?:[A-Z][a-z]+|[a-z]+)(?:[A-Z][a-z]*)+(?![\w(/-]|\.\w)")
LABEL = re.compile(
    r"\*\*.{1,200}?\*\*|__.{1,200}?__|\"[^\"\n]{1,200}\"|[“„][^”“\n]{1,200}[”“]|‘[^’\n]{1,200}’|«[^»\n]{1,200}»"
    r"|(?<!\w)'[^'\n]{1,200}'(?!\w)|\[[^\]\n]{1,200}\]"
)
WITH_DIGITS = re.compile(r"(?:[^\W\d_]{2}|[^\W\d_v])\d", re.IGNORECASE)  # sha256, EN417; v2 is a version
JOINED = re.compile(r"(?<![\w/.-])[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+(?![\w/])")
AS_CODE = re.compile(r"(?<!`)`([^`\n]{2,80})`(?!`)")
LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"'`)\]|]+", re.IGNORECASE)
END_OF_SENTENCE = ".,;:!?*_"
SCHEME = re.compile(r"(?:https?://)?(?:www\.)?", re.IGNORECASE)
EMAIL_GOES_ON, LINK_GOES_ON = re.compile(r"[\w@-]|\.\w"), re.compile(r"[\w/%=&?#-]")
WORD_GOES_ON = re.compile(rf"[^\W_]|[{MARKS}]")
AUTHORITY_ENDS = re.compile(r"[/?#\\]")
# One cheap look each, which most texts pass: what they do not see, the expressions above would look for in vain.
MAY_BE_LINK, MAY_BE_WITH_DIGITS = re2.compile(r"(?i)https?://|www\."), re.compile(r"\d")
MAY_BE_NAME, MAY_BE_INNER_CAPITAL = re2.compile(r"[A-Za-z] [A-Z]"), re2.compile(r"[a-z][A-Z]")
MAY_BE_LABEL = re2.compile(r"\*\*|__|[\"“„‘«'\[]")


@dataclass(frozen=True, slots=True)
class Mention:
    """What a message names: name, code, link or email; its place, and its words."""

    kind: str
    start: int
    end: int
    text: str


class Wanted:
    """What is looked for in every text to carry a mention, made once."""

    def __init__(self, mention: Mention) -> None:
        self.kind = mention.kind
        self.words: tuple[str, ...] = ()
        self.text = ""
        if mention.kind == "name":
            self.words = tuple(word.lower() for word in WORD.findall(mention.text))
        elif mention.kind == "link":
            self.text = address_of(mention.text)
        else:
            self.text = " ".join(plain(mention.text).split())
        self.forms = [{word, f"{word}s", word.removesuffix("s")} for word in self.words]
        self.is_word = mention.kind == "code" and self.text.isalnum()


class Given:
    """A text that carries what it holds; each way of reading it is made when it is first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def small(self) -> str:
        return " ".join(plain(self._text).split())

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(WORD.findall(self.small))

    @cached_property
    def letters(self) -> str:
        return "".join(WORD.findall(self.small))

    @cached_property
    def links(self) -> str:
        return unescaped(self.small)

    def carries(self, wanted: Wanted) -> bool:
        if wanted.kind == "name":
            is_known = any(not self.words.isdisjoint(forms) for forms in wanted.forms)
            return is_known or (len(wanted.words) == 1 and wanted.words[0] in self.letters)
        if wanted.kind == "email":
            return stands_in(wanted.text, self.small, goes_on=EMAIL_GOES_ON)
        if wanted.kind == "link":
            return stands_in(wanted.text, self.links, goes_on=LINK_GOES_ON)
        return stands_in(wanted.text, self.small, goes_on=WORD_GOES_ON)


read_page = lru_cache(maxsize=PAGES_KEPT)(Given)


def unsupported_mentions(
    message: str, pages: Iterable[str], said: Iterable[str] = (), own_hosts: Sequence[str] = ()
) -> list[Mention]:
    """Return what a message names and none of the texts carries, in reading order."""
    mentions = [each for each in mentions_in(message) if each.kind != "link" or not is_on(own_hosts, each.text)]
    left = {(each.kind, each.text): Wanted(each) for each in mentions}
    words = {wanted.text for wanted in left.values() if wanted.is_word}  # taken away by the page, not one by one
    others = {name: wanted for name, wanted in left.items() if not wanted.is_word}
    for given in chain(map(read_page, pages), map(Given, said)) if left else ():
        words -= given.words
        others = {name: wanted for name, wanted in others.items() if not given.carries(wanted)}
        if not words and not others:
            break
    missing = {*others, *(name for name, wanted in left.items() if wanted.is_word and wanted.text in words)}
    return [each for each in mentions if (each.kind, each.text) in missing]


def mentions_in(message: str) -> list[Mention]:
    """Return what a message names, in reading order; what stands in an address is neither name nor code."""
    links = places_of(LINK, message) if MAY_BE_LINK.search(message) else []
    without_links = _blanked(message, LINK) if links else message
    emails = places_of(EMAIL, without_links) if "@" in without_links else []
    without_addresses = _blanked(without_links, EMAIL) if emails else without_links
    as_code = list(AS_CODE.finditer(without_addresses)) if "`" in without_addresses else []
    without_code = _blanked(without_addresses, AS_CODE) if as_code else without_addresses
    joined = places_of(JOINED, without_code) if "_" in without_code else []
    without_joined = _blanked(without_code, JOINED) if joined else without_code
    codes = [*((found.start(1), found.group(1)) for found in as_code), *joined, *_with_digits(without_joined)]
    prose = _blanked(without_code, LABEL) if MAY_BE_LABEL.search(without_code) else without_code
    links = [(start, link.rstrip(END_OF_SENTENCE)) for start, link in links]
    by_kind = {"link": links, "email": emails, "code": codes, "name": _names(prose)}
    mentions = [Mention(kind, at, at + len(text), text) for kind, found in by_kind.items() for at, text in found]
    return sorted(mentions, key=lambda each: each.start)


def places_of(shape: re.Pattern[str], text: str) -> list[tuple[int, str]]:
    return [(found.start(), found.group()) for found in shape.finditer(text)]


def _with_digits(text: str) -> Iterator[tuple[int, str]]:
    """Yield the words that hold letters and digits, and where."""
    if MAY_BE_WITH_DIGITS.search(text):
        yield from ((word.start(), word.group()) for word in WORD.finditer(text) if has_digits(word))


def has_digits(word: re.Match[str]) -> bool:
    return WITH_DIGITS.search(word.group()) is not None


def _names(prose: str) -> Iterator[tuple[int, str]]:
    if MAY_BE_NAME.search(prose):
        prose = LEADS_IN.sub(lambda found: found.group().lower(), prose)
        yield from _several_words(prose)
    for found in INNER_CAPITAL.finditer(prose) if MAY_BE_INNER_CAPITAL.search(prose) else ():
        yield found.start(), found.group()


def _several_words(prose: str) -> Iterator[tuple[int, str]]:
    """Yield names of several words within a sentence, and where; none in a language that writes nouns so."""
    within = [found for found in NAMES.finditer(prose) if WITHIN_A_SENTENCE.search(prose, 0, found.start())]
    if within and language_of(prose) not in WITH_CAPITAL_NOUNS:
        yield from ((found.start(), found.group()) for found in within if not found["article"])


def _blanked(text: str, shape: re.Pattern[str]) -> str:
    """Return the text with bars where the shape was: every other character keeps its place."""
    return shape.sub(lambda found: "|" * len(found.group()), text)


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def address_of(link: str) -> str:
    """Return an address as it is compared: without scheme, www and the last slash, and with nothing escaped."""
    return SCHEME.sub("", unescaped(plain(link)), count=1).rstrip("/")


def unescaped(text: str) -> str:
    return unquote(unquote(text)) if "%" in text else text


def stands_in(wanted: str, text: str, *, goes_on: re.Pattern[str]) -> bool:
    """Tell whether a text holds these words, and they neither begin earlier nor go on; a slash may end them."""
    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        is_ended = not goes_on.match(text, end) or (text.startswith("/", end) and not goes_on.match(text, end + 1))
        if is_ended and not text[max(0, at - 1) : at].isalnum():
            return True
        at = text.find(wanted, at + 1)
    return False


def is_on(hosts: Sequence[str], link: str) -> bool:
    """Tell whether a link leads to one of the hosts; what stands before an @ is no host."""
    authority = AUTHORITY_ENDS.split(SCHEME.sub("", link, count=1), maxsplit=1)[0].lower()
    name = authority.rpartition("@")[2].partition(":")[0].removeprefix("www.").rstrip(".")
    return any(name == host or name.endswith(f".{host}") for host in (each.removeprefix("www.") for each in hosts))
