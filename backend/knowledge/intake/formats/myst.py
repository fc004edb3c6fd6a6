"""Markdown as Sphinx reads it (MyST) becomes Markdown: directives in fences, roles before backticks, targets, comments.

Rules: what a directive holds is text or code, as a table tells; its options steer the generator and go; a role shows
its words, and a link without any the last part of what it leads to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from backend.domain.toml import read_toml
from backend.knowledge.intake.formats.refusal import read_limits

TABLE = read_toml(Path(__file__).with_suffix(".toml"))
TEXT, QUIET, TITLED, SILENT, CODE, LINKS, PLAIN, PICTURES = (
    frozenset(TABLE[name]) for name in ("text", "quiet", "titled", "silent", "code", "links", "plain", "pictures")
)
OPENS = re.compile(
    r"\A([ ]*+(?:[-*+][ ]++|\d{1,9}[.)][ ]++)?+)(`{3,}+|~{3,}+|:{3,}+)\{([a-zA-Z][\w:+-]*+)\}[ ]*+(.*)\Z"
)
FENCE = re.compile(r"\A[ ]*+(?:[-*+][ ]++|\d{1,9}[.)][ ]++)*+(`{3,}+|~{3,}+)[^`]*+\Z")
OPTION = re.compile(r"\A[ ]*+:([\w-]++):(?:[ ]++(.*))?\Z")
ROW, CELL = re.compile(r"\A[ ]*+[*-][ ]++[*-](?:[ ](.*))?\Z"), re.compile(r"\A[ ]++[*-](?:[ ](.*))?\Z")
TARGET = re.compile(r"^[ ]*+\((?=\S)[^()\n]++\)=[ ]*+$", re.M)
FIELD = re.compile(r"^([ ]*+):([\w][\w ,.-]*+):(?:[ ]++([^\n]*+))?$", re.M)
COMMENT = re.compile(r"^(?:%(?:[ ][^\n]*+)?|\+{3}(?:[ ]++\{[^\n]*+\})?)$", re.M)
VARIABLE = re.compile(r"\{\{\s*+([A-Za-z][\w-]*+)\s*+\}\}")
ROLE = re.compile(r"(?<!\})\{([a-z][\w:+-]*+)\}\Z")
ANY_ROLE = re.compile(r"(?<!\})\{([a-z][\w:+-]*+)\}(`+)([^`\n]++)\2(?!`)")
SHOWN_TITLE = re.compile(r"\A(.*\S)\s*+<[^<>]++>\s*+\Z", re.S)
IS_MYST = re.compile(
    r"^[ ]*+(?:`{3,}+|~{3,}+|:{3,}+)\{[a-zA-Z][\w:+-]*+\}|(?<![\w}])\{[a-z][\w:+-]*+\}`|^\([^()\s]++\)=$", re.M
)
RST = "eval-rst"


def is_myst(text: str) -> bool:
    """Tell whether a text has directives, roles or targets of MyST."""
    return bool(IS_MYST.search(text))


def without_directives(text: str) -> str:
    """Return a text whose directives are notes between colons, fences of code, or text."""
    lines, made, at = text.split("\n"), list[str](), 0
    open_blocks: list[tuple[str, str]] = []
    while at < len(lines):
        line = lines[at]
        if open_blocks and _closes(line, open_blocks[-1][0]):
            made += open_blocks.pop()[1].split("\n")
            at += 1
        elif opened := OPENS.match(line):
            at = _open(lines, at, opened, made, open_blocks)
        elif fence := FENCE.match(line):
            ends = _end(lines, at + 1, fence[1])
            made += lines[at : ends + 1]
            at = ends + 1
        else:
            made.append(line)
            at += 1
    return "\n".join(made)


def without_targets(text: str) -> str:
    """Return prose without targets and comments; a variable, which another file defines, leaves its name."""
    text = FIELD.sub(_field, COMMENT.sub("", TARGET.sub("", text)))
    return VARIABLE.sub(lambda found: found[1].replace("_", " "), text)


def without_roles(parts: Iterable[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a text, each with whether it is code between backticks; roles show their words."""
    before = ""
    for part, is_code in parts:
        role = ROLE.search(before) if is_code else None
        if role:
            yield before[: role.start()], False
            before, code = _shown(role[1], part.strip("`"))
            if code:
                yield code, True
        elif is_code:
            yield before, False
            yield part, True
            before = ""
        else:
            before += part
    yield before, False


def _field(field: re.Match[str]) -> str:
    """Return a field as an item of a list; nothing for one that only steers the generator."""
    return f"{field[1]}- **{field[2]}**: {field[3]}" if field[3] else ""


def _closes(line: str, marks: str) -> bool:
    bare = line.strip()
    return bare.startswith(marks) and not bare.strip(marks[0])


def _end(lines: Sequence[str], start: int, marks: str) -> int:
    """Return the line that ends what these marks began; the last one where none does."""
    return next((at for at in range(start, len(lines)) if _closes(lines[at], marks)), len(lines) - 1)


def _open(
    lines: Sequence[str], at: int, opened: re.Match[str], made: list[str], open_blocks: list[tuple[str, str]]
) -> int:
    """Write what a directive opens with; return the line that is read next."""
    indent, marks, name, argument = opened.groups()
    argument = _spoken(argument.strip())
    at, options = _options(lines, at + 1)
    if name in SILENT or name == RST:
        ends = _end(lines, at, marks)
        if name == RST:
            made += ["", *_read_rst(lines[at:ends]), ""]
        return ends + 1
    space = " " * len(indent)
    if name == "list-table":
        ends = _end(lines, at, marks)
        holds_code = any(FENCE.match(line) or OPENS.match(line.lstrip("*- ")) for line in lines[at:ends])
        rows = lines[at:ends] if holds_code else [f"{space}{row}" for row in _table(lines[at:ends])]
        made += ["", f"{indent}{argument}", "", *rows, ""]
        return ends + 1
    if name in TITLED and argument:
        made += [f"{indent}:::{name} {argument}", ""]
        open_blocks.append((marks, f"\n{space}:::"))
    elif name in TEXT or name in QUIET or name in TITLED or ":" in name or name in TABLE["changes"]:
        made += _begin_text(indent, name, argument, options)
        open_blocks.append((marks, ""))
    else:
        if caption := options.get("caption", ""):
            made += [f"{space}{caption}", ""]
        language = argument.split(" ")[0] if name in CODE else name
        fence = marks if marks[0] != ":" else "~" * (len(marks) + 3)
        ends = _end(lines, at, marks)
        made += [f"{indent}{fence}{language}", *lines[at:ends], f"{space}{fence}"]
        return ends + 1
    return at


def _begin_text(indent: str, name: str, argument: str, options: dict[str, str]) -> list[str]:
    if name in TABLE["changes"]:
        return [f"{indent}{TABLE['changes'][name]} {argument}", ""]
    if name in QUIET:
        alt = options.get("alt", "")
        return [indent.rstrip() if not alt else f"{indent}{alt}", ""]
    if ":" in name and argument:
        return [f"{indent}`{argument}`", ""]
    is_title = name == "table"
    return ["", f"{indent}{argument}", *([""] if is_title else [])] if argument or indent.strip() else [""]


def _table(lines: Sequence[str]) -> Iterator[str]:
    """Yield the rows of a table that is written as a list of lists."""
    rows: list[list[str]] = []
    for line in lines:
        if row := ROW.match(line):
            rows.append([row[1] or ""])
        elif (cell := CELL.match(line)) and rows:
            rows[-1].append(cell[1] or "")
        elif rows:
            rows[-1][-1] += f" {line.strip()}"
    width = max(map(len, rows), default=0)
    for number, cells in enumerate(rows):
        said = (*(cell.strip().replace("|", "\\|") for cell in cells), *[""] * (width - len(cells)))
        yield f"| {' | '.join(said)} |"
        if not number:
            yield f"|{' --- |' * width}"


def _options(lines: Sequence[str], at: int) -> tuple[int, dict[str, str]]:
    """Return the line behind a directive's options, and the options."""
    options: dict[str, str] = {}
    if at < len(lines) and lines[at].strip() == "---":
        ends = next((each for each in range(at + 1, len(lines)) if lines[each].strip() == "---"), None)
        if ends is not None:
            pairs = (line.partition(":") for line in lines[at + 1 : ends])
            return ends + 1, {name.strip(): value.strip().strip("\"'") for name, _, value in pairs}
    while at < len(lines) and (option := OPTION.match(lines[at])):
        options[option[1]] = (option[2] or "").strip()
        at += 1
    return at, options


def _read_rst(lines: Sequence[str]) -> list[str]:
    from backend.knowledge.intake.formats.rst import read_rst

    return read_rst("\n".join(lines), read_limits()).split("\n")


def _spoken(argument: str) -> str:
    """Return a title with what its roles show."""
    return ANY_ROLE.sub(lambda found: "".join(_shown(found[1], found[3])), argument)


def _shown(role: str, said: str) -> tuple[str, str]:
    """Return what a role shows: words of text, or code."""
    kind = role.rpartition(":")[2]
    if role in PICTURES:
        return "", ""
    titled = SHOWN_TITLE.match(said)
    if titled:
        return titled[1], ""
    if kind == "math":
        return "", f"${said}$"
    if kind in ("sub", "sup"):
        return f"<{kind}>{said}</{kind}>", ""
    if role in LINKS:
        return " ".join(re.split(r"[-_\s]+", said.rstrip("/").rpartition("/")[2].rpartition(":")[2])).strip(), ""
    if role in PLAIN:
        return said, ""
    return "", f"`{said.rpartition('.')[2] if said.startswith('~') else said}`"
