"""What the generators of documentation sites add to Markdown becomes plain Markdown (Docusaurus, MkDocs, VitePress,
Hugo, Jekyll, GitBook, Starlight).

Rules: code is never touched; what steers a generator goes; the title of a tab, a note or an accordion becomes a heading
of what it holds (`<details>`, which the reader of HTML knows); what holds text leaves its text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from backend.domain.toml import read_toml
from backend.knowledge.intake.formats.myst import is_myst, without_directives, without_roles, without_targets
from backend.knowledge.intake.formats.tags import HTML_NAMES
from backend.knowledge.intake.formats.wiki_links import without_wiki_links

TABLE = read_toml(Path(__file__).with_suffix(".toml"))
FENCE = re.compile(r"\A(\s*)(?:[-*+]\s+|\d{1,9}[.)]\s+|>\s?)*(`{3,}|~{3,})([^`]*)\Z")
QUOTE_MARKS = re.compile(r"\A\s*+(?:>\s?)+")
INDENTED_NOTE = re.compile(r"\A(\s*+)(?:!!!|\?\?\?\+?|===[!+]*+)\s++[\w -]*+\s*+\"([^\"]*+)\"\s*+(?:\{[^}]*+\})?\s*+\Z")
INDENTED_BARE = re.compile(r"\A(\s*)(?:!!!|\?\?\?\+?)\s+[\w-]+(?:\s+[\w-]+)*\s*\Z")
COLONS = re.compile(
    r"\A(\s*+)(:{3,}+)\s*+(?:([\w-]++)|\{([^}]*+)\})?+\s*+(?:\[([^\]]*+)\])?+\s*+(?:\{([^}]*+)\})?+\s*+"
    r"((?:\S++|\s++(?=\S))*+)\s*+\Z"
)
ALERT = re.compile(r"\A(\s*>\s*)\[!([\w-]+)\][+-]?\s*(.*)\Z")
STEERING_LINE = re.compile(
    r"\A\s*(?:\{:[^}]*\}|\[TOC\]|\[\[_?TOC_?\]\]|[-;]*8<[-;]*(?:\s.*)?|<<<\s*\S+.*|\{!.*!\}|@\[code.*|\*\s+TOC|1\.\s+TOC)\s*\Z",
    re.I,
)
TOC_ITEM = re.compile(r"\A\s*(?:[-*+]|1\.)\s+.{0,40}\Z")
# A note that begins and ends on one line; it steers, or is a picture.
ONE_LINE_COLONS = re.compile(r"(?<!:):::[ ]*+[a-z][\w-]*+((?:[ ]++[\w-]++=\"[^\"\n]*+\")*+)[ ]*+:::(?!:)")
INCLUDED = re.compile(r"(?<!\\)\{\{#(?:include|rustdoc_include|playground|title)\b[^{}]*+\}\}")
INCLUDED_CODE = re.compile(
    r"\A\s*+(?:-+8<-+\s++[\"'].*|\{![^{}]*+\}|\{\{#(?:include|rustdoc_include|playground)\b[^{}]*+\}\})\s*+\Z"
)
LINKED_EXPRESSION = re.compile(
    r"(\]\(\s*+|^\[[^\]\n]++\]:\s*+)\{\{-?\s*+(?:[\"']([^\"'{}\n]*+)[\"'])?[^{}\n]*+\}\}", re.M
)
IMPORTED = r"(?:type\s+)?(?:[\w$]+|\*\s+as\s+[\w$]+|\{[^}]*\})"
IMPORT = re.compile(rf"^import\s+(?:{IMPORTED}(?:\s*,\s*{IMPORTED})*\s+from\s+)?['\"][^'\"\n]+['\"]\s*;?[ \t]*$", re.M)
CLOSES_COMPONENT = re.compile(r"^\s*</[A-Z][\w.]*>\s*$", re.M)
EXPORT = re.compile(r"^export\s+(?:const|let|var|default|function|async\s+function)\b", re.M)
ATTRIBUTES = re.compile(r"""(?<![\w:.@-])([\w:.@-]++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
QUOTED = re.compile(r"""(?<![=\w])["']([^"']+)["']""")
SHORTCODE = re.compile(r"\{\{([<%])\s*(/?)\s*([\w./-]+)((?:[^{}]|\{(?!\{)|\}(?!\})){0,2000}?)(/?)\s*[>%]\}\}", re.S)
LIQUID = re.compile(r"\{%-?\s*+([\w/-]++)((?:[^%{]++|%(?!\})|\{(?!%))*+)%\}")
EXPRESSION = re.compile(r"\{\{-?\s*+((?:[^{}]++|\{(?!\{)|\}(?!\}))*+)\}\}")
NAMED_VALUE = r"(?:[#.][\w:-]++|[\w-]++=(?:\"[^\"]*+\"|'[^']*+'|\\?[\w-]++))"
ATTRIBUTE_LIST = re.compile(
    rf"(?<![ \t])[ \t]*+(?:\{{:[^{{}}\n]*+\}}|\{{\s*+{NAMED_VALUE}(?:\s++(?:{NAMED_VALUE}|[\w-]++))*+\s*+\}})"
)
ICON = re.compile(r":(?:material|fontawesome|octicons|simple|fas?|fab|mdi)-[\w-]+:")
JSX_NAME = re.compile(r"<(/?)([A-Za-z][\w.:-]*|(?=>))")
JSX_ATTRIBUTE = re.compile(r"(?<!\s)\s++([\w:@.#-]++)(\s*+=\s*+)?+")
SLOT = re.compile(r"<template\s++(?:#|v-slot)")
# An end of HTML with text right behind it, which CommonMark takes for HTML and every generator for Markdown.
ENDS_HTML = re.compile(
    r"^( {0,3}(?:</(?:article|aside|blockquote|center|details|div|dl|figure|ol|p|section|table|ul|video|iframe)>"
    r"|<(?:img|hr|br)\b[^<>\n]*+>)[ ]*+)\n(?= {0,3}[^\s<])",
    re.M,
)
HOLDS_MARKDOWN = re.compile(r"<(\w++)[^<>]{0,500}?\smarkdown(?:=[\"']?[\w-]++[\"']?)?(?=[\s>])[^<>]{0,500}+>")
MOST_MARKDOWN_INSIDE = 50_000
STRING = re.compile(r"\A\s*(?:\"([^\"]*)\"|'([^']*)'|`([^`$]*)`)\s*\Z", re.S)
MATH = re.compile(r"\$[^$\n\\]*+\\[^$\n]*+\$")
COMMENT = re.compile(r"\{%-?\s*+(end)?comment\s*+-?%\}")
HELD = re.compile("\x02(\\d+)\x03")
TAB = 4
DEEPEST = 20
LIST_MARK = 3  # spaces
BEGINS_A_BLOCK = re.compile(r"\A(\d{1,9})?([.)>#=+*-])(?=\s)")
BRACE = re.compile(r"[{}]")
LONGEST_BRACES = 5_000


def to_plain_markdown(text: str, *, is_jsx: bool = False) -> str:
    """Return Markdown without what a generator adds; what it shows stays, as Markdown and HTML."""
    is_jsx = is_jsx or looks_like_jsx(text)
    is_of_sphinx = is_myst(text)
    held = _HeldCode()
    lines = _containers((without_directives(text) if is_of_sphinx else text).split("\n"), 0)
    text = "".join(held.put(piece) if is_code else piece for piece, is_code in _pieces(lines))
    parts = without_roles(_spans(text)) if is_of_sphinx else _spans(text)
    text = "".join(held.put(part) if is_code else part for part, is_code in parts)
    text = without_wiki_links(without_targets(text) if is_of_sphinx else text)
    return held.put_back(_prose(text, is_jsx=is_jsx))


class _HeldCode:
    """Code that is taken out of a text while the text is changed."""

    def __init__(self) -> None:
        self._code: list[str] = []

    def put(self, code: str) -> str:
        self._code.append(code)
        return f"\x02{len(self._code) - 1}\x03{chr(10) if code.endswith(chr(10)) else ''}"

    def put_back(self, text: str) -> str:
        for _ in range(2):  # a fence stands within what is held as a span at most
            text = HELD.sub(lambda found: self._code[int(found[1])].removesuffix("\n"), text)
        return text


def has_components(text: str) -> bool:
    """Tell whether components hold text: what is indented in them is no code."""
    return bool(CLOSES_COMPONENT.search(text))


def looks_like_jsx(text: str) -> bool:
    """Tell whether a Markdown file is read as MDX, as Docusaurus reads every one: it imports, or has its comments."""
    return bool(IMPORT.search(text) or "{/*" in text)


def _containers(lines: Sequence[str], depth: int) -> list[str]:
    """Return lines in which notes and tabs that are told by indentation or colons are `<details>`."""
    made: list[str] = []
    open_notes: list[tuple[str, str]] = []
    fence, at = "", 0
    while at < len(lines):
        line = lines[at] if fence else ONE_LINE_COLONS.sub(_picture, lines[at])
        found = FENCE.match(line)
        if fence or found:
            if fence and _ends(line, fence):
                fence = ""
            elif not fence and found:
                fence = _opened_by(line, found)
            made.append("" if fence and INCLUDED_CODE.match(line) else line)
            at += 1
        elif (note := INDENTED_NOTE.match(line) or INDENTED_BARE.match(line)) and depth < DEEPEST:
            title = note[2] if note.re is INDENTED_NOTE else ""
            at, body = _body(lines, at + 1, len(note[1]))
            made += _details(note[1], title, _containers(body, depth + 1))
        elif (colons := COLONS.match(line)) and _put_colons(made, open_notes, colons):
            at += 1
        elif alert := ALERT.match(line):
            made.append(f"{alert[1]}**{alert[3]}**\n{alert[1]}" if alert[3] else alert[1])
            at += 1
        else:
            is_steering = STEERING_LINE.match(line)
            if is_steering and "toc" in line.lower() and made and TOC_ITEM.match(made[-1]):
                made[-1] = ""
            made.append("" if is_steering else line)
            at += 1
    return made


def _opened_by(line: str, fence: re.Match[str]) -> str:
    """Return the marks that a fence opens with, behind their indentation; ">" before them stands for a quote."""
    return f"{'>' if '>' in line[: fence.start(2)] else ''}{fence[1]}{fence[2]}"


def _ends(line: str, fence: str) -> bool:
    """Tell whether a line ends the code that this line of marks began: no shorter, and hardly further in."""
    if fence.startswith(">"):
        line, fence = QUOTE_MARKS.sub("", line), fence[1:]
    marks = line.strip()
    is_long_enough = marks.startswith(fence.strip()) and not marks.strip(marks[:1])
    return is_long_enough and _indent(line) <= _indent(fence) + LIST_MARK


def _opening(title: str, indent: str = "") -> str:
    """Return what opens a block with this title, which is Markdown but no list and no heading of its own."""
    said = BEGINS_A_BLOCK.sub(lambda found: f"{found[1] or ''}\\{found[2]}", title.strip())
    return f"{indent}<details><summary>\n\n{indent}{said}\n\n{indent}</summary>\n"


def _body(lines: Sequence[str], start: int, indent: int) -> tuple[int, list[str]]:
    """Return where a note that is told by indentation ends, and its lines."""
    at, body = start, []
    while at < len(lines) and (not lines[at].strip() or _indent(lines[at]) >= indent + TAB):
        body.append(lines[at][indent + TAB :] if lines[at].strip() else "")
        at += 1
    return at, body


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _details(indent: str, title: str, body: Sequence[str]) -> list[str]:
    inside = [f"{indent}{line}" if line else "" for line in body]
    if not title.strip():
        return ["", *inside, ""]
    return ["", *_opening(title, indent).split("\n"), "", *inside, "", f"{indent}</details>", ""]


def _put_colons(made: list[str], open_notes: list[tuple[str, str]], colons: re.Match[str]) -> bool:
    """Write the line that opens or ends a note between colons; False for what is none."""
    indent, marks, kind, braces, bracketed, more, behind = colons.groups()
    if (not kind and not braces and not bracketed and not behind) or (kind or "").endswith("-end"):
        if open_notes:
            made += open_notes.pop()[1].split("\n")
        return True
    named = dict(_attributes(f"{braces or ''} {more or ''} {behind}"))
    title = bracketed or named.get("title") or ATTRIBUTES.sub("", behind).strip(":").strip()
    made += ["", *_opening(title, indent).split("\n")] if title else [""]
    open_notes.append((marks, f"\n{indent}</details>\n" if title else ""))
    return True


def _picture(note: re.Match[str]) -> str:
    """Return what the picture in a note on one line is said to show."""
    said = dict(_attributes(note[1]))
    return said.get("alt-text") or said.get("alt") or said.get("title") or ""


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    for name, double, single in ATTRIBUTES.findall(text):
        yield name.lower(), html.unescape(double or single)


def _pieces(lines: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield runs of lines, each with whether it is a fenced block of code."""
    held: list[str] = []
    fence = ""
    for line in lines:
        found = FENCE.match(line)
        if not fence and found:
            yield "\n".join([*held, ""]), False
            held, fence = [line], _opened_by(line, found)
        elif fence and _ends(line, fence):
            yield "\n".join([*held, line, ""]), True
            held, fence = [], ""
        else:
            held.append(line)
    yield "\n".join(held), bool(fence)


def _prose(text: str, *, is_jsx: bool) -> str:
    if is_jsx:
        text = _without_exports(_without(("{/*", "*/}"), IMPORT.sub("", text)))
    text = ENDS_HTML.sub(r"\1\n\n", text.replace("</summary>\n", "</summary>\n\n"))
    return _markup(_with_markdown_inside(text), is_jsx=is_jsx)


def _with_markdown_inside(text: str) -> str:
    """Put empty lines around what elements hold that say that they hold Markdown."""
    pieces, at = [], 0
    ends: dict[str, int] = {}  # of each name, where its next end was found; the text's end where there is none
    for found in HOLDS_MARKDOWN.finditer(text):
        name, begins = found[1], found.end()
        if begins < at:
            continue
        if ends.get(name, -1) < begins:
            end = text.find(f"</{name}>", begins)
            ends[name] = len(text) if end < 0 else end
        if ends[name] - begins <= MOST_MARKDOWN_INSIDE and ends[name] < len(text):
            pieces += [text[at:begins], "\n\n", text[begins : ends[name]], "\n\n"]
            at = ends[name]
    return "".join([*pieces, text[at:]])


def _without(marks: tuple[str, str], text: str) -> str:
    """Return a text without what stands between these marks; an open one stays."""
    pieces, at = [], 0
    while (begins := text.find(marks[0], at)) >= 0 and (ends := text.find(marks[1], begins)) >= 0:
        pieces.append(text[at:begins])
        at = ends + len(marks[1])
    return "".join([*pieces, text[at:]])


def _without_exports(text: str) -> str:
    while found := EXPORT.search(text):
        ends = found.end()
        while ends < len(text):
            line_end = text.find("\n", ends)
            line_end = len(text) if line_end < 0 else line_end
            said = text[found.start() : line_end]
            ends = line_end + 1
            if said.count("{") == said.count("}") and said.count("(") == said.count(")"):
                break
        text = text[: found.start()] + text[ends:]
    return text


def _spans(text: str) -> Iterator[tuple[str, bool]]:
    """Yield runs of text, each with whether it is code between backticks."""
    at = 0
    for found in re.finditer(r"(?<![\\`])(`+)(?!`)(?:[^`]|(?!\1(?!`))`){0,2000}?(?<!`)\1(?!`)", text):
        yield text[at : found.start()], False
        yield found[0], True
        at = found.end()
    yield text[at:], False


def _markup(text: str, *, is_jsx: bool) -> str:
    has_liquid = "{%" in text
    text = _shortcodes(text)
    text = INCLUDED.sub("", LINKED_EXPRESSION.sub(r"\1\2", text))
    text = EXPRESSION.sub(lambda found: "" if _is_filled_in(found[1].rstrip(" \t\n-"), has_liquid) else found[0], text)
    text = ICON.sub("", ATTRIBUTE_LIST.sub("", text))
    return _Components(text, is_jsx=is_jsx).written()


def _is_filled_in(expression: str, has_liquid: bool) -> bool:
    begins = any(expression.startswith(each) for each in TABLE["expressions"])
    return begins or (has_liquid and ("." in expression or "|" in expression))


def _shortcodes(text: str) -> str:
    """Return text in which shortcodes with a title are `<details>`, and others only leave what they hold."""
    closed = {found[3].lower() for found in SHORTCODE.finditer(text) if found[2]}
    ends = {found[1][3:].lower() for found in LIQUID.finditer(text) if found[1].startswith("end")}
    titled: list[str] = []

    def opened(name: str, arguments: str, is_paired: bool) -> str:
        title = _title(name, arguments)
        if name == "highlight":
            titled.append("\n```\n")
            return f"\n\n```{arguments.split()[0] if arguments.split() else ''}\n"
        if not is_paired:
            said = dict(_attributes(arguments))
            return next((said[each] for each in ("caption", "alt") if said.get(each)), "") or _quoted(name, arguments)
        titled.append("\n\n</details>\n\n" if title else "")
        return f"\n\n{_opening(title)}\n" if title else ""

    def hugo(found: re.Match[str]) -> str:
        if found[4].lstrip().startswith("/*"):
            return found[0]
        name = found[3].lower()
        if found[2]:
            return titled.pop() if titled else ""
        return opened(name, found[4], name in closed and not found[5])

    def liquid(found: re.Match[str]) -> str:
        name = found[1].lower()
        if name.startswith("end"):
            return titled.pop() if titled else ""
        return opened(name, found[2].rstrip().removesuffix("-"), name in ends)

    return LIQUID.sub(liquid, SHORTCODE.sub(hugo, _without_comments(text)))


def _without_comments(text: str) -> str:
    """Return the text without what stands between `comment` and `endcomment`; one that never ends stays."""
    kept, at = [], 0
    opened: re.Match[str] | None = None
    for mark in COMMENT.finditer(text):
        if mark[1] and opened:
            kept.append(text[at : opened.start()])
            at, opened = mark.end(), None
        elif not mark[1] and opened is None:
            opened = mark
    return "".join([*kept, text[at:]])


def _quoted(name: str, arguments: str) -> str:
    """Return the words in quotes that a shortcode shows; addresses and names for programs are none."""
    shows_all = name in TABLE["said_by_position"]
    return " ".join(words for words in QUOTED.findall(arguments) if shows_all or " " in words)


def _title(name: str, arguments: str) -> str:
    said = dict(_attributes(arguments))
    title = next((said[each] for each in TABLE["titles"] if said.get(each)), "")
    if title:
        return title
    quoted = QUOTED.findall(arguments)
    by_position = name.rpartition("/")[2] in TABLE["titled_by_position"]
    return quoted[0] if quoted and by_position else next((words for words in quoted if " " in words), "")


@dataclass
class _Tag:
    """A tag of JSX or HTML: `end` is the place behind it."""

    name: str
    closes: bool
    is_empty: bool
    end: int
    attributes: Mapping[str, str] = field(default_factory=dict)


class _Components:
    """Writes a text without components of JSX: what they hold stays, under their title where they have one."""

    def __init__(self, text: str, *, is_jsx: bool) -> None:
        self._text, self._is_jsx = text, is_jsx
        self._open: list[tuple[str, str]] = []  # the names of open components, with what is written where they end
        self._has_slots = bool(SLOT.search(text))
        self._closed = set(re.findall(r"</([A-Za-z][\w.:-]*)\s*>", text))

    def written(self) -> str:
        text, pieces, at = self._text, [], 0
        wanted = re.compile(r"[<{$]" if self._is_jsx else r"<")
        while found := wanted.search(text, at):
            pieces.append(text[at : found.start()])
            piece, at = self._take(found.start())
            pieces.append(piece)
        return "".join([*pieces, text[at:], *(ends for _, ends in reversed(self._open))])

    def _take(self, at: int) -> tuple[str, int]:
        text = self._text
        if text[at] == "$":
            math = MATH.match(text, at)
            return (math[0], math.end()) if math else ("$", at + 1)
        if text[at] == "{":
            ends = _braces_end(text, at)
            return (_said_by(text[at + 1 : ends - 1]), ends) if ends else ("{", at + 1)
        tag = read_tag(text, at)
        if tag is None:
            return "<", at + 1
        if tag.name == "template" and self._has_slots:
            return "\n\n", tag.end
        if tag.name.lower() in HTML_NAMES and tag.name[:1].islower():
            has_expressions = self._is_jsx or "={" in text[at : tag.end]
            return (self._html(tag), tag.end) if has_expressions else (text[at : tag.end], tag.end)
        return self._component(tag, at)

    def _html(self, tag: _Tag) -> str:
        """Return a tag of HTML with what HTML knows of its attributes."""
        if tag.closes:
            return f"</{tag.name}>"
        said = "".join(
            f' {"class" if name == "classname" else name}="{html.escape(value)}"'
            for name, value in tag.attributes.items()
        )
        return f"<{tag.name}{said}{' /' if tag.is_empty else ''}>"

    def _component(self, tag: _Tag, at: int) -> tuple[str, int]:
        if not self._is_component(tag):
            return self._text[at : tag.end], tag.end
        begins_line = not self._text[self._text.rfind("\n", 0, at) + 1 : at].strip()
        indent = self._text[self._text.rfind("\n", 0, at) + 1 : at] if begins_line else ""
        if tag.closes:
            return self._close(tag.name), tag.end
        if tag.is_empty:
            return self._said_alone(tag, is_block=begins_line), tag.end
        title = next((tag.attributes[each] for each in TABLE["titles"] if tag.attributes.get(each)), "")
        if not begins_line:
            self._open.append((tag.name, ""))
            return "", tag.end
        opening = f"\n\n{_opening(title, indent)}" if title else ""
        self._open.append((tag.name, f"\n\n{indent}</details>\n\n" if title else f"\n\n{indent}"))
        return f"{opening}\n\n{indent}", tag.end

    def _is_component(self, tag: _Tag) -> bool:
        """Tell a component from a word in angles: it is closed, closes itself, or has values."""
        if tag.closes:
            return any(name == tag.name for name, _ in self._open)
        return tag.is_empty or bool(tag.attributes) or tag.name in self._closed

    def _close(self, name: str) -> str:
        written = ""
        while self._open:
            opened, ends = self._open.pop()
            written += ends
            if opened == name:
                break
        return written

    def _said_alone(self, tag: _Tag, *, is_block: bool) -> str:
        said = [tag.attributes[each] for each in TABLE["said"] if tag.attributes.get(each)]
        text = html.escape(": ".join(dict.fromkeys(said)), quote=False)
        return f"\n\n{text}\n\n" if is_block and text else text


def read_tag(text: str, at: int) -> _Tag | None:
    """Return the tag of JSX or HTML that begins here; None where there is none."""
    named = JSX_NAME.match(text, at)
    if named is None:
        return None
    attributes: dict[str, str] = {}
    at, begins = named.end(), at
    while at - begins < LONGEST_BRACES:
        found = JSX_ATTRIBUTE.match(text, at)
        if found:
            value, at = _value(text, found.end()) if found[2] else ("", found.end())
            if value:
                attributes[found[1].lower()] = value
            if at < 0:
                return None
            continue
        at = _skip_spaces(text, at)
        if text.startswith("{", at):
            at = _braces_end(text, at)
            if not at:
                return None
            continue
        if text.startswith("/>", at):
            return _Tag(named[2], bool(named[1]), True, at + 2, attributes)
        return _Tag(named[2], bool(named[1]), False, at + 1, attributes) if text.startswith(">", at) else None
    return None


def _skip_spaces(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _value(text: str, at: int) -> tuple[str, int]:
    """Return an attribute's value, "" for an expression, and where it ends; -1 where it does not."""
    if text.startswith(("'", '"'), at):
        ends = text.find(text[at], at + 1)
        return (html.unescape(text[at + 1 : ends]), ends + 1) if ends > 0 else ("", -1)
    if text.startswith("{", at):
        ends = _braces_end(text, at)
        return (_said_by(text[at + 1 : ends - 1]), ends) if ends else ("", -1)
    bare = re.compile(r"[^\s\"'=<>`]+").match(text, at)
    return (bare[0].rstrip("/"), bare.end() - bare[0].endswith("/")) if bare else ("", -1)


def _braces_end(text: str, at: int) -> int:
    """Return the place behind the brace that closes this one; 0 where none does."""
    depth = 0
    for found in BRACE.finditer(text, at, min(len(text), at + LONGEST_BRACES)):
        depth += 1 if found[0] == "{" else -1
        if depth == 0:
            return found.end()
        if depth > DEEPEST:
            break
    return 0


def _said_by(expression: str) -> str:
    """Return the words of an expression that is only a text; nothing of one that is worked out."""
    found = STRING.match(expression)
    return (found[1] or found[2] or found[3] or "") if found else ""
