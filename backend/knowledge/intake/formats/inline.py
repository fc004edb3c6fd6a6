"""What stands within a line of HTML becomes Markdown: links, code, prices that count no more, powers, pictures' words.

Rules: words of elements that stand side by side never grow into one; what is only text is read back as that text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from selectolax.lexbor import LexborNode

from backend.knowledge.intake.formats.tags import HTML_NAMES, UNSEEN

SOFT = "data-soft"  # set on a line end of the source that may only be an editor's
MARK = "data-mark"  # set on bold and slanted words to the mark that they have in Markdown
HARD = "\v"  # a line that ends here, until it is written; no text holds one
ENDS_A_LINE = re.compile(f"([\n{HARD}])")
LEADS_SOMEWHERE = re.compile(r"(?:https?:|mailto:|tel:)", re.I)
HAS_A_SCHEME = re.compile(r"\A[a-z][a-z0-9+.-]*+:", re.I)
SIGN_OF_A_LINK = frozenset(["¶", "#", "§", "⚓", "🔗", "\u200b", "↩", "↩︎", "⏎", "↑"])
NO_WORDS = re.compile(
    r"\A(?:[\w%.-]+\.(?:png|jpe?g|gif|svg|webp|avif|bmp)|image|img|icon|logo|photo|picture|значок|ic[oô]no?e?|icône|图标|圖示|アイコン|아이콘"
    r"|\[[^\]\s]*+\])?\Z",
    re.I,
)
SPACED = frozenset(["a", "button", "label", "small", "span", "strong", "time"])
FORMULA = frozenset(["mfrac", "msup", "msub", "msqrt"])
SUBSCRIPTS = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
# "1st", "2nd", "M.", "™": letters that are only set higher.
RAISED_LETTERS = re.compile(r"\A(?:st|nd|rd|th|er|re|e|ème|eme|o|a|os|as|tm|sm|[®™©*†‡]|mes?|lles?)\Z", re.I)
MAY_BE_MARKS = re.compile(r"[\\`*_~\[<&]")
LAST_WORD, FIRST_WORD = re.compile(r"[^\W_]{1,2}\Z"), re.compile(r"[^\W_]{1,2}")
BACKSLASH = re.compile(r"\\(?=[!-/:-@\[-`{-~\n]|$)")
STAR = re.compile(r"(?<!\*)\*+(?=\S)|(?<=\S)\*+")
LINE = re.compile(r"(?<![^\W_])_+(?=\S)|(?<=\S)_+(?![^\W_])")
ANGLE = re.compile(r"<(?=/?([A-Za-z][A-Za-z0-9-]*)(?:\s+[A-Za-z_:][^\s<>]*)*\s*/?>|!--|https?:|mailto:)")
ENTITY = re.compile(r"&(?=(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});)", re.I)


@dataclass(frozen=True, slots=True)
class Inline:
    """How lines are written: `url` makes links absolute."""

    url: str = ""
    links: bool = True


def write_inline(nodes: Iterable[LexborNode], how: Inline) -> str:
    """Return the text of these nodes, which hold no blocks; a line break is a line end."""
    text, last = "", ""
    for node in nodes:
        piece = _write(node, how)
        if last in SPACED and node.tag in SPACED and _would_grow_together(text, piece):
            text += " "
        text += piece
        last = str(node.tag) if piece else last
    return text


def _would_grow_together(before: str, after: str) -> bool:
    """Tell whether two texts would make one word: "Price" and "9", not the first letter of a word and its rest."""
    last, first = LAST_WORD.search(before[-2:]), FIRST_WORD.match(after)
    if not last or not first or len(last[0]) < 2:
        return False
    return len(first[0]) > 1 or first[0].isdigit()


def _write(node: LexborNode, how: Inline) -> str:
    tag = node.tag
    if tag == "-text":
        return escape_text(re.sub(r"[ \t\n\r\f\xa0]+", " ", node.text_content or ""))
    if tag in UNSEEN or tag is None or tag.startswith(("-", "_")):
        return _box(node) if tag == "input" else ""
    if tag == "br":
        return "\n" if SOFT in node.attributes else HARD
    if tag == "img":
        return _picture(node)
    if tag == "math":
        return _formula(node)
    if is_code(node) and (text := " ".join(node.text(deep=True).split())):
        return code_span(text)
    inner = write_inline(node.iter(include_text=True), how)
    return _marked(node, str(tag), inner, how)


def _marked(node: LexborNode, tag: str, inner: str, how: Inline) -> str:
    """Return an element's text with what the element means."""
    if not inner.strip():
        return inner
    if tag == "a" and _leads_up(node):
        return ""
    if tag == "a" and how.links:
        return _link(inner, node.attributes.get("href") or "", how.url)
    if tag == "a" and inner.strip() in SIGN_OF_A_LINK:
        return ""
    if tag in ("del", "s", "strike"):
        return _around(inner, "~~")
    if tag == "sup":
        return _sup(inner)
    if tag == "sub":
        return inner.translate(SUBSCRIPTS) if re.fullmatch(r"[\d+-]+", inner) else f"_{inner}"
    if tag == "q":
        return f"“{inner}”"
    if tag == "rt":
        return f"({inner.strip('()（） ')})"
    if tag == "rp":
        return ""
    if node.attributes.get(MARK) in ("**", "__", "*", "_"):
        return _around(inner, node.attributes[MARK] or "")
    return inner


def _leads_up(node: LexborNode) -> bool:
    """Tell whether a link is a picture that leads to another place of the same page, such as its top."""
    leads_within = (node.attributes.get("href") or "").startswith("#")
    return leads_within and node.css_first("img, svg") is not None and not node.text(deep=True).strip()


def _around(text: str, mark: str) -> str:
    """Return the text between marks, the spaces at its ends outside, each line by itself."""
    lines = []
    for line in ENDS_A_LINE.split(text):
        bare = line.strip()
        starts = line[: len(line) - len(line.lstrip())]
        is_marked = mark in bare or not bare.strip()
        lines.append(line if is_marked else f"{starts}{mark}{bare}{mark}{line[len(line.rstrip()) :]}")
    return "".join(lines)


def _sup(text: str) -> str:
    bare = text.strip()
    if RAISED_LETTERS.match(bare) or bare.startswith(("[", "(", "\\[")):
        return text
    return f"^{bare}" if re.fullmatch(r"[+−-]?[\w.,]+", bare) else f"^({bare})"


def _picture(node: LexborNode) -> str:
    """Return what a picture is said to show; nothing for a name of a file or of its kind."""
    said = " ".join((node.attributes.get("alt") or "").split())
    return "" if NO_WORDS.match(said) else f" {escape_text(said)} "


def _box(node: LexborNode) -> str:
    if (node.attributes.get("type") or "").lower() != "checkbox":
        return ""
    return "[x] " if "checked" in node.attributes else "[ ] "


def _formula(node: LexborNode) -> str:
    """Return a formula as its author wrote it (TeX), else its parts on one line."""
    said = node.css_first("annotation[encoding*=tex i]")
    if said is not None and (text := " ".join(said.text(deep=True).split())):
        return f"${text}$"
    return _flat(node)


def _flat(node: LexborNode) -> str:
    if node.tag == "-text":
        return (node.text_content or "").strip()
    if node.tag in ("annotation", "annotation-xml"):
        return ""
    parts = [_flat(child) for child in node.iter(include_text=True)]
    parts = [part for part in parts if part]
    if node.tag in FORMULA and len(parts) == 2:
        glue = {"mfrac": "/", "msup": "^", "msub": "_"}.get(str(node.tag), " ")
        return glue.join(part if len(part) < 2 or part.isalnum() else f"({part})" for part in parts)
    if node.tag == "msqrt":
        return f"√({' '.join(parts)})"
    return "".join(f" {part} " if re.fullmatch(r"[=<>≤≥±×÷·+−-]", part) else part for part in parts).strip()


def is_code(node: LexborNode) -> bool:
    """Tell whether this is code within a sentence."""
    return node.tag in ("code", "kbd", "samp", "tt") or (
        node.tag == "span" and "docutils literal" in (node.attributes.get("class") or "")
    )


def code_span(text: str) -> str:
    """Return code between so many backticks as it needs."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    marks = "`" * (longest + 1)
    room = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{marks}{room}{text}{room}{marks}"


def _link(text: str, href: str, url: str) -> str:
    label = " ".join(text.split())
    address = href.strip()
    if address.startswith("#") and label in SIGN_OF_A_LINK:
        return ""
    if not label or not address or address.startswith("#"):
        return text
    if not LEADS_SOMEWHERE.match(address):
        if not url or HAS_A_SCHEME.match(address):
            return text
        address = _absolute(url, address)
    if not address or label in (address, address.removeprefix("mailto:")) or "](" in label:
        return text
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{before}[{label}]({quote(address, safe=_ALLOWED)}){after}"


_ALLOWED = "".join(chr(code) for code in range(33, 127) if chr(code) not in '<>()"\\`')


def _absolute(url: str, address: str) -> str:
    try:
        return urljoin(url, address)
    except ValueError:
        return ""


def escape_text(text: str) -> str:
    """Return text in which what looks like a mark of Markdown is none; most texts are returned as they are."""
    if not MAY_BE_MARKS.search(text):
        return text
    text = BACKSLASH.sub(r"\\\\", text).replace("`", "\\`")
    if text.count("*") > 1:
        text = STAR.sub(_escaped, text)
    if text.count("_") > 1:
        text = LINE.sub(_escaped, text)
    text = text.replace("~~", "\\~\\~").replace("](", "\\](")
    text = ANGLE.sub(_escaped_angle, text)
    return ENTITY.sub("\\&", text)


def _escaped(found: re.Match[str]) -> str:
    return "".join(f"\\{char}" for char in found[0])


def _escaped_angle(found: re.Match[str]) -> str:
    name = found[1]
    return "<" if name and name.casefold() not in HTML_NAMES else "\\<"
