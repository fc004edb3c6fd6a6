"""Markdown becomes text that reads well: a CommonMark parser reads it, and its HTML is read as a web page's is.

Rules: what stands behind `<` and is no tag of HTML is text; HTML within Markdown is HTML; a fence is code however far
it is indented; an address or opening hours keep their lines; a word in brackets with a sentence behind it is no link.
What its HTML hides is no text, as in a web page.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Callable, MutableMapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, fence, html_block, paragraph, reference
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline, html_inline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from selectolax.lexbor import LexborHTMLParser

from backend.knowledge.intake.formats.dialects import has_components, looks_like_jsx, to_plain_markdown
from backend.knowledge.intake.formats.furniture import clear_hidden
from backend.knowledge.intake.formats.inline import MARK, SOFT
from backend.knowledge.intake.formats.markup import refuse_deep_markup, refuse_deep_trees, write_markdown
from backend.knowledge.intake.formats.refusal import Refused, read_limits
from backend.knowledge.intake.formats.tags import Tags

Environment = MutableMapping[str, Any]
DEEPEST_BLOCKS = 100  # quotes and lists within each other
DEEP_FENCE = re.compile(r"(?<![ >])(?= {4}| *+>)[ >]++(?:`{3,}+|~{3,}+)")
FENCE = re.compile(r"(`{3,})[^`]*\Z|~{3,}")
ADDRESS = re.compile(r"[./#:<@?=&%]")
TITLE_OF_CODE = re.compile(r"""\b(?:title|caption|name|filename)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
LANGUAGE_OF_CODE = re.compile(r"\A\{?\.?([\w+#-][\w.+#-]*)")


def read_markdown_text(text: str, url: str = "", *, is_jsx: bool = False) -> str:
    return read_shown_text(text, url, is_jsx=is_jsx)[0]


def read_shown_text(text: str, url: str = "", *, is_jsx: bool = False) -> tuple[str, Sequence[str]]:
    """Return Markdown as people read it, and what its HTML hides; raise Refused for one that is nested so deep that
    only harm is meant."""
    is_jsx = is_jsx or looks_like_jsx(text)
    parser = _parser(indents_code=not is_jsx and not has_components(text))
    text = to_plain_markdown(text, is_jsx=is_jsx)
    environment: Environment = {"tags": Tags(text), "deep_fences": _deep_fences(text)}
    tokens = parser.parse(text, environment)
    if any(token.level >= DEEPEST_BLOCKS for token in tokens):
        raise Refused("nested_too_deep", limit=DEEPEST_BLOCKS)
    made = parser.renderer.render(tokens, parser.options, environment)
    limit = read_limits().depth
    refuse_deep_markup(made, 10 * limit)
    tree = LexborHTMLParser(f"<!doctype html><body>{made}")
    if tree.body is None:
        return "", ()
    refuse_deep_trees(tree.body, limit)
    hidden = clear_hidden(tree)
    return write_markdown(tree.body, url), hidden


class _EveryLink(MarkdownIt):
    """Takes every address as it is written; the writer leaves out what leads nowhere."""

    def validateLink(self, _url: str, /) -> bool:  # noqa: N802  the library's name
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link


@cache
def _parser(*, indents_code: bool) -> MarkdownIt:
    made = _EveryLink("commonmark", {"html": True, "maxNesting": DEEPEST_BLOCKS + 1})
    made.enable(["table", "strikethrough"])
    deflist_plugin(made)
    footnote_plugin(made, inline=True)
    made.block.ruler.at("html_block", _html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    made.block.ruler.at("paragraph", _paragraph)
    made.block.ruler.at("reference", _reference)
    made.block.ruler.before("code", "any_fence", _fence, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    made.inline.ruler.at("html_inline", _html_inline)
    made.core.ruler.push("finish", _finish)
    if not indents_code:
        made.disable("code")
    for name, write in _WRITERS.items():
        made.add_render_rule(name, write)
    return made


def _html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    at = state.bMarks[start] + state.tShift[start]
    return state.env["tags"].begins_at(state.src, at) and html_block(state, start, end, silent)


def _html_inline(state: StateInline, silent: bool) -> bool:
    return state.env["tags"].begins_at(state.src, state.pos) and html_inline(state, silent)


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a link's address; "[Note]: closed on Sundays" is none."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    _, parted, behind = line.partition("]:")
    if parted and behind.strip() and not ADDRESS.search(behind.split()[0]):
        return False
    return reference(state, start, end, silent)


def _fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a block of code that stands further in than four spaces, where CommonMark sees no fence any more."""
    indented = state.sCount[start] - state.blkIndent
    if indented < 4 or not FENCE.match(state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]):
        return False
    before = state.blkIndent
    state.blkIndent = state.sCount[start]
    try:
        return fence(state, start, _fence_ends(state, start, end), silent)
    finally:
        state.blkIndent = before


def _fence_ends(state: StateBlock, start: int, end: int) -> int:
    """Return the line behind the fence's last; one that stands further out than the fence ends it, too."""
    for line in range(start + 1, end):
        if not state.isEmpty(line) and state.sCount[line] < state.blkIndent:
            return line
    return end


def _deep_fences(text: str) -> Sequence[int]:
    """Return the lines that look like a fence further in than CommonMark allows; most texts have none."""
    return [number for number, line in enumerate(text.split("\n")) if DEEP_FENCE.match(line)]


def _paragraph(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a paragraph; a fence ends it however far it is indented."""
    most = state.lineMax
    fences: Sequence[int] = state.env["deep_fences"]
    for line in fences[bisect_right(fences, start) :]:
        if line >= most or any(state.isEmpty(each) for each in range(start + 1, line)):
            break
        if state.sCount[line] - state.blkIndent > 3 and _fence(state, line, most, True):
            state.lineMax = line
            break
    try:
        return paragraph(state, start, end, silent)
    finally:
        state.lineMax = most


def _finish(state: StateCore) -> None:
    """Put a footnote's number before its text."""
    number = ""
    for token in state.tokens:
        if token.type == "footnote_open":
            number = f"[{_label(token)}] "
        elif token.type == "inline" and token.children and number:
            token.children.insert(0, Token("text", "", 0, content=number))
            number = ""


def _write_fence(_self: object, tokens: Sequence[Token], at: int, _options: object, _env: Environment) -> str:
    token = tokens[at]
    info = html.unescape(token.info).strip()
    title = TITLE_OF_CODE.search(info)
    named = LANGUAGE_OF_CODE.match(info)
    said = f"<p>{html.escape(title[1] or title[2] or '')}</p>" if title else ""
    language = f' class="language-{html.escape(named[1])}"' if named else ""
    return f"{said}<pre><code{language}>\n{html.escape(token.content)}</code></pre>\n"


def _write_footnote_ref(_self: object, tokens: Sequence[Token], at: int, _options: object, _env: Environment) -> str:
    return html.escape(f"[{_label(tokens[at])}]")


def _write_html(_self: object, tokens: Sequence[Token], at: int, _options: object, env: Environment) -> str:
    tags: Tags = env["tags"]
    return tags.escape_others(tokens[at].content)


def _label(token: Token) -> str:
    return str(token.meta.get("label") or token.meta["id"] + 1)


def _write_nothing(_self: object, _tokens: Sequence[Token], _at: int, _options: object, _env: Environment) -> str:
    return ""


_WRITERS: dict[str, Callable[..., str]] = {
    "fence": _write_fence,
    "html_block": _write_html,
    "footnote_ref": _write_footnote_ref,
    "list_item_open": lambda _self, tokens, at, *_: f'<li value="{tokens[at].info}">' if tokens[at].info else "<li>",
    "softbreak": lambda *_: f"<br {SOFT}>\n",
    "strong_open": lambda _self, tokens, at, *_: f'<strong {MARK}="{tokens[at].markup}">',
    "em_open": lambda _self, tokens, at, *_: f'<em {MARK}="{tokens[at].markup}">',
    "footnote_block_open": lambda *_: "<div>",
    "footnote_block_close": lambda *_: "</div>",
    "footnote_open": lambda *_: "<div>",
    "footnote_close": lambda *_: "</div>",
    "footnote_anchor": _write_nothing,
}
