"""What must not go out does not go out in disguise: however it is written, in whatever cut."""

from __future__ import annotations

import base64
import codecs
import random
from collections.abc import Callable

import pytest

from backend.domain.site import Safety
from backend.turn.egress.guard import screen_for
from backend.turn.egress.normal_form import normal_form

CANARY = "dk-0123456789abcdef0123"
CARD, KEY = "4111 1111 1111 1111", "sk-ant-api03-Ab1Cd2Ef3Gh4Ij5K"
FULL_WIDTH = {ord(digit): chr(ord(digit) - 48 + 0xFF10) for digit in "0123456789"}
ARABIC = {ord(digit): chr(ord(digit) - 48 + 0x0660) for digit in "0123456789"}

ANYWHERE: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "full width": lambda text: text.translate(FULL_WIDTH),
    "Arabic digits": lambda text: text.translate(ARABIC),
    "zero width": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "word joiners": "\u2060".join,
    "variation selectors": "\ufe0f".join,
    "underlined": lambda text: "".join(f"{each}\u0332" for each in text),
    "bold within": lambda text: f"{text[:6]}**{text[6:10]}**{text[10:]}",
    "emphasis within": lambda text: f"*{text[:7]}*_{text[7:]}_",
    "code within": lambda text: f"`{text[:9]}``{text[9:]}`",
    "struck out": lambda text: f"~~{text[:5]}~~{text[5:]}",
    "backslashes": lambda text: text.replace("-", "\\-").replace("1", "\\1"),
    "entities": lambda text: "".join(f"&#{ord(each)};" for each in text),
    "hexadecimal entities": lambda text: "".join(f"&#x{ord(each):x};" for each in text),
    "one entity": lambda text: text[:8] + f"&#{ord(text[8])};" + text[9:],
    "other dashes": lambda text: text.replace("-", "\u2011"),
    "tags of emphasis": lambda text: f"{text[:5]}<b>{text[5:9]}</b><sup>{text[9:]}</sup>",
    "letters that are empty": "\u3164".join,
    "direction marks": lambda text: f"{text[:4]}\u202e{text[4:]}\u202c",
}
BLANKS = (
    "\u00a0",
    "\n",
    "\r\n",
    "\t",
    "\u2009",
    "  ",
    " \n ",
    "\u3000",
    "-",
    "\u2013",
    "\u2011",
    ".",
    " - ",
    "/",
    ",",
    ", ",
    "; ",
    " | ",
    ":",
    "·",
    " • ",
    ") (",
    "=",
    "#",
    "…",
    " → ",
    "<br>",
    "<br/>\n",
    "<u></u>",
    "](#a)[",
    "\n> ",
    "\n## ",
    "\u2800",
    " -- ",
    "💳",
)
AROUND = ("{}", "It is {}.", "Take ({}), please", "“{}” is it")


def leaks(text: str, *, most: int | None = None) -> tuple[str, str | None]:
    screen = screen_for(Safety(), CANARY, "")
    pieces, chance = [], random.Random(len(text))
    while text:
        size = chance.randint(1, most) if most else len(text)
        pieces.append(text[:size])
        text = text[size:]
    out = "".join([*map(screen.let_through, pieces), screen.end()])
    return out, screen.caught


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("disguise", ANYWHERE)
@pytest.mark.parametrize(("thing", "kind"), [(CARD, "card"), (KEY, "secret"), (CANARY, "canary")])
def test_no_disguise_helps(thing: str, kind: str, disguise: str, around: str) -> None:
    text = around.format(ANYWHERE[disguise](thing))
    for most in (None, 1, 5):
        out, caught = leaks(text, most=most)
        assert caught == kind
        assert len(normal_form(out, is_end=True).text) <= len(around) - 1


@pytest.mark.parametrize("blank", BLANKS)
def test_a_card_in_groups_of_any_kind_is_a_card(blank: str) -> None:
    assert leaks(f"Card {CARD.replace(' ', blank)} it is", most=3)[1] == "card"


@pytest.mark.parametrize("digits", ["⓪①②③④⑤⑥⑦⑧⑨", "⓿❶❷❸❹❺❻❼❽❾", "⁰¹²³⁴⁵⁶⁷⁸⁹", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "०१२३४५६७८९"])
def test_digits_of_any_kind_are_digits(digits: str) -> None:
    assert leaks(f"Card {CARD.translate(dict(zip(range(48, 58), digits, strict=True)))} it is", most=2)[1] == "card"


@pytest.mark.parametrize(
    "key",
    [
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA",
        "-----BEGIN PRIVATE KEY-----",
        f"eyJhbGciOiJIUzI1NiJ9.{'eyJzdWIiOiIxMjM0NTY3ODkwIn0'}.dozjgNryP4J3jVmNHl0w5N",
        "hf_" + "aB1c" * 9,
        "xoxa-2-1234567890-abcdef",
        "dk_" + "a1B2" * 10,
        '"sk-ant-" + "api03-Ab1Cd2Ef3Gh4Ij5K"',
    ],
)
def test_keys_of_many_issuers_are_known(key: str) -> None:
    assert leaks(f"Key: {key} here", most=5)[1] == "secret"


@pytest.mark.parametrize("blank", [" ", "\n", "\u00a0", "\u200b \u200b", "<br>", "\n> ", '", "', "|"])
def test_a_key_with_blanks_within_is_a_key(blank: str) -> None:
    assert leaks(f"Use {blank.join((KEY[:9], KEY[9:15], KEY[15:]))} here", most=4)[1] == "secret"


@pytest.mark.parametrize(
    "code",
    [
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: base64.b64encode(f"x{text}y".encode()).decode(),
        lambda text: base64.b64encode(f"the mark is {text}, keep it".encode()).decode(),
        lambda text: base64.urlsafe_b64encode(f"??{text}??".encode()).decode(),
        lambda text: text[::-1],
        lambda text: " ".join(text),
        lambda text: ". ".join(text),
        lambda text: " ".join(text[::-1]),
        lambda text: "\n".join(text),
        lambda text: codecs.encode(text, "rot13"),
        lambda text: text.encode().hex(),
        str.upper,
        lambda text: text.replace("-", " "),
        lambda text: "%" + text.encode().hex("%"),
        lambda text: text.encode().hex(":").upper(),
        lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
        lambda text: "".join(f"\\u{byte:04x}" for byte in text.encode()),
        lambda text: " ".join(f"U+{byte:04X}" for byte in text.encode()),
        lambda text: " ".join(f"{byte:08b}" for byte in text.encode()),
        lambda text: ", ".join(str(byte) for byte in text.encode()),
        lambda text: base64.b32encode(text.encode()).decode(),
        lambda text: " ".join(base64.b64encode(text.encode()).decode()),
        lambda text: base64.b64encode(text[::-1].encode()).decode(),
        lambda text: base64.b64encode(base64.b64encode(text.encode())).decode(),
        lambda text: codecs.encode(text[::-1], "rot13"),
        lambda text: text.translate(str.maketrans("abcdef", "аbсdеf")),
        lambda text: text.translate(str.maketrans("abcdef", "áḅçđéf".replace("đ", "ḍ"))),
        lambda text: "<i>".join(text),
        lambda text: "\n- ".join(text),
        lambda text: "/".join(text[at : at + 3] for at in range(0, len(text), 3)),
    ],
)
def test_the_mark_leaves_in_no_code(code: Callable[[str], str]) -> None:
    for most in (None, 1, 7):
        assert leaks(f"Here: {code(CANARY)} and more", most=most)[1] == "canary"


@pytest.mark.parametrize(
    "text",
    [
        "Fish & chips &amp; more &lt;b&gt; &unknown; &#65;",
        "**Bold**, _so_ and `code` ~~here~~ \\* there",
        "ＦＵＬＬ width — and “quotes” … é e\u0301 ﬁ 한국어 العربية \u200b",
        "- 4 days\n- 12 hours\n- 2026-11-28\n\n  two  blanks\tand a tab\r\n",
        "The key begins with sk-ant- and goes on with many more words behind it.",
        "| 4101 | 4169 |\n|---|---|\n| 12 | 19 |",
        "Prices are 4500, 4750, 5100 and 5250; sizes 40, 41, 42, 43, 44, 45 and 46.",
        "| 4110 | 4120 | 4530 | 6000 |",
        "Fixed in 5.0.0.0-5.0.6.5 5.0.6.6 and 4.1.2",
        "a < b and <u>under</u> <unknown> 1 <2",
    ],
)
def test_what_is_harmless_goes_out_as_it_was_written(text: str) -> None:
    for most in (None, 1, 4):
        assert leaks(text, most=most) == (text, None)


def test_what_is_written_to_wear_the_screen_out_is_cut() -> None:
    out, caught = leaks("4" + "\u200b" * 20_000 + "111")
    assert caught == "disguised"
    assert out == ""
