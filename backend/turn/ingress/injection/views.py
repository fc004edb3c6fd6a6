"""A text in the ways in which it may be meant to be read.

1. `folded` undoes what changes how a text looks and not what it says: widths, accents, look-alike letters, characters
   that cannot be seen. It is what the model of n-grams reads.
2. `decoded_views` undo a code: base64, hex, URL escapes, rot13, reversal, letters spaced out, digits for letters, marks
   between letters. A view is made only where the text bears a trace of its code: each costs time and false alarms.
3. The text as written is always looked at too.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\U000e0100-\U000e01ef\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
TAGS = re.compile("[\U000e0020-\U000e007e]")
TAG_BLOCK = 0xE0000
BLANKS = re.compile(r"\s+")
WORD = re.compile(r"\w+")
LATIN = re.compile(r"[a-zA-Z]")
LOOK_ALIKES = str.maketrans(
    "аеорсухіѕјԁԛԝһӏқһтмкнвгпАЕОРСУХІЅЈТМКНВԌαορνικτυχεηρωΑΒΕΖΗΙΚΜΝΟΡΤΥΧᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡıℓոսց",
    "aeopcyxisjdqwhlkhtmkhbrnAEOPCYXISJTMKHBGaopviktuxenpwABEZHIKMNOPTYXabcdefghijklmnoprstuvwyzagilnug",
)
ALIKE = frozenset(map(chr, LOOK_ALIKES))

BASE64 = re.compile(
    r"(?<![\w+/\-])[A-Za-z0-9+/_\-]{16,}+={0,2}+(?![\w+/])|(?<![\w+/])[A-Za-z0-9+/]{8,}+={1,2}+(?![\w+/=])"
)
HEX = re.compile(r"(?<![0-9A-Za-z])(?:(?:0x|\\x)?[0-9A-Fa-f]{2}[\s,:]?){8,}+")
URL_ESCAPES = re.compile(r"(?:%[0-9A-Fa-f]{2}[^\s%]{0,12}){3,}")
NOT_HEX = re.compile(r"0x|\\x|[^0-9A-Fa-f]")
LEAST_LETTERS = 0.75

# Words that nearly every attack has one of. Where they stand in another code, the text is in that code.
KEY_WORDS = (
    "ignore", "disregard", "forget", "instruction", "prompt", "system", "reveal", "previous", "pretend", "jailbreak",
    "unrestricted", "restriction", "guidelines", "developer", "override", "answer", "respond", "please", "anweisung",
)  # fmt: skip
ROT13_WORDS = re.compile("|".join(codecs.encode(word, "rot13") for word in KEY_WORDS))
REVERSED_WORDS = re.compile("|".join(word[::-1] for word in KEY_WORDS))
BETTER_BY = 0.35  # nats a character by which a reading is likelier to be language than the text as it stands
JUDGED = 300  # characters that this is judged by
SPACED_OUT = re.compile(r"(?<![^\W_])(?:[^\W_][ .\-_*|]{1,3}+){4,}[^\W_](?![^\W_])")
ALL_SPACED_SHARE = 0.8  # of the pieces between blanks are single characters: all of the text is spaced out
WORD_GAP = re.compile(r"\s{2,}")
GAP = re.compile(r"[ .\-_*|\n\t]")
LEET = str.maketrans("0134578@$!|", "oieastbasil")
LEET_WORD = re.compile(
    r"(?<![\w@$!|])(?=[\w@$!|]*[a-z])(?:[a-z]*[0134578@$|]|[a-z]*![a-z])+[a-z0134578@$!|]*", re.IGNORECASE
)
LEAST_LEET_SHARE, MUCH_LEET = 0.2, 0.3
LEAST_LEET_WORDS = 4  # of a line: a code of a product is no order
MARKUP = re.compile(r"<!--|-->|</?[a-zA-Z][^<>]{0,80}>|(?<=\w)[*`~·•]{1,3}(?=\w)")


@dataclass(frozen=True, slots=True)
class View:
    """A text in one reading. `code` names what was undone; `is_sure` when nobody writes so without meaning to."""

    code: str
    text: str
    is_sure: bool = True


def folded(text: str) -> str:
    """Return the text in lower case without disguise, its blanks as single blanks."""
    return in_one_line(undisguised(text)).strip()


def in_one_line(plain: str) -> str:
    return BLANKS.sub(" ", plain).lower()


def undisguised(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    if text.isascii():
        return UNSEEN.sub("", text)
    text = TAGS.sub(lambda tag: chr(ord(tag.group()) - TAG_BLOCK), text)
    text = UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    text = unicodedata.normalize("NFD", text)
    text = unicodedata.normalize("NFC", "".join([each for each in text if not unicodedata.combining(each)]))
    return WORD.sub(_latin, text) if LATIN.search(text) else text


def _latin(word: re.Match[str]) -> str:
    """Return a word with its look-alikes as Latin letters, unless it has a letter that only another script has."""
    letters = word.group()
    if letters.isascii() or not all(letter.isascii() or letter in ALIKE for letter in letters):
        return letters
    return letters.translate(LOOK_ALIKES)


def decoded_views(plain: str, loss: Callable[[str], float]) -> Iterator[View]:
    """Yield an undisguised text as it reads when a code is undone, for each code of which it bears a trace.

    `loss` tells how unlike a language a text is, in nats a character.
    """
    lowered = in_one_line(plain)
    for decoded in _decoded(plain):
        yield View("encoded", folded(decoded))
    most = loss(lowered[:JUDGED]) - BETTER_BY
    for code, words, reading in (
        ("rot13", ROT13_WORDS, codecs.encode(lowered, "rot13")),
        ("reversed", REVERSED_WORDS, lowered[::-1]),
    ):
        if words.search(lowered) or loss(reading[-JUDGED:] if code == "reversed" else reading[:JUDGED]) < most:
            yield View(code, reading)
    if SPACED_OUT.search(plain):
        yield View("spaced", folded(_joined(plain)))
    if share := _share_of_leet(lowered):
        is_sure = share >= MUCH_LEET
        yield View("leet", lowered.translate(LEET) if is_sure else LEET_WORD.sub(_unleeted, lowered), is_sure)
    if MARKUP.search(plain) and (unmarked := in_one_line(MARKUP.sub("", plain))) != lowered:
        yield View("marked", unmarked, is_sure=False)


def _decoded(text: str) -> Iterator[str]:
    """Yield what stands in base64, hexadecimal or URL escapes, where it is text."""
    found = []
    for piece in BASE64.finditer(text):
        padded = piece.group().strip("=-").replace("-", "+").replace("_", "/")
        found.append(_bytes_of(base64.b64decode, padded + "=" * (-len(padded) % 4)))
    for piece in HEX.finditer(text):
        found.append(_bytes_of(bytes.fromhex, NOT_HEX.sub("", piece.group())))
    for content in found:
        decoded = content.decode("utf-8", "ignore")
        if len(decoded) >= len(content) * 0.6 and _is_text(decoded):
            yield decoded
    if URL_ESCAPES.search(text):
        yield unquote(text.replace("+", " "))


def _bytes_of(decode: object, text: str) -> bytes:
    try:
        return bytes(decode(text))  # type: ignore[operator]
    except (binascii.Error, ValueError):
        return b""


def _is_text(text: str) -> bool:
    readable = sum(character.isalpha() or character == " " for character in text)
    return len(text) >= 5 and readable >= LEAST_LETTERS * len(text)


def _joined(text: str) -> str:
    """Return the text with spaced-out letters as words; two blanks or more part words."""

    def join(run: re.Match[str]) -> str:
        return " ".join(GAP.sub("", word) for word in WORD_GAP.split(run.group()))

    pieces = text.split()
    if sum(len(piece) == 1 for piece in pieces) >= ALL_SPACED_SHARE * len(pieces):
        return " ".join("".join(word.split()) for word in WORD_GAP.split(text))
    return SPACED_OUT.sub(join, text)


def unleeted_lines(plain: str) -> Iterator[str]:
    """Yield the lines of a page that are in digits for letters, as they read without; most pages have none."""
    for line in plain.splitlines():
        lowered = in_one_line(line)
        if len(lowered.split()) >= LEAST_LEET_WORDS and _share_of_leet(lowered) >= MUCH_LEET:
            yield lowered.translate(LEET)


def _share_of_leet(text: str) -> float:
    """Return the share of words with digits where letters belong; 0 where it is too small to mean anything."""
    words = len(text.split())
    share = len(LEET_WORD.findall(text)) / max(1, words)
    return share if words > 1 and share >= LEAST_LEET_SHARE else 0.0


def _unleeted(word: re.Match[str]) -> str:
    return word.group().translate(LEET)
