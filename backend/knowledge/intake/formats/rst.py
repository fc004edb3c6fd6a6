"""reStructuredText as docutils reads it, then as a web page is read.

Rules: a document reads no other file and no address; its raw HTML is read as a web page's is; what
belongs to a larger system (Sphinx's roles and directives) keeps its words, except where it only steers that system;
what is malformed is left as it is.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from docutils import nodes, utils
from docutils.core import publish_parts
from docutils.parsers.rst import Directive, Parser, directives, roles
from docutils.parsers.rst.languages import en
from docutils.parsers.rst.states import Inliner
from selectolax.lexbor import LexborHTMLParser

from backend.knowledge.intake.formats.markup import OPENS, refuse_deep_markup, refuse_deep_trees, write_markdown
from backend.knowledge.intake.formats.refusal import ReadingLimits, Refused
from backend.knowledge.intake.formats.rst_titles import find_titles

DIRECTIVE = re.compile(r"^[ \t]*+\.\.\s+(?:\|[^|\n]+\|\s+)?([\w:.+-]+?)\s?::", re.M)
ROLE = re.compile(r"(?<![\w:.+-]):(\w[\w:.+-]*):`")
SHOWN_TITLE = re.compile(r"<[^<>]+>\s*+\Z")
INDENT = re.compile(r"^[ \t]*", re.M)
SUBSTITUTION = re.compile(r"^\.\.\s+\|([^|\n]+)\|\s+replace::(.*)$", re.M)
NAMED = re.compile(r"\|([^|\s][^|\n]*)\|")
MOST_EXPANDED = 100_000_000
DEEPEST_SUBSTITUTION = 30
SPACES_A_LEVEL = 2
NAMES = re.compile(r"(``.*?``|`[^`]*`)|(?<![\w|\\])\|(\w[\w .-]*(?<=\w))\|(?:__?)?(?![\w|])", re.S)
DEFINES = re.compile(r"^\s*\.\.\s+\|([^|\n]+)\|\s", re.M)
OF_THE_RELEASE = frozenset(["version", "release", "today"])  # known to the generator alone
LINE_OF_BLOCK = re.compile(r'<div class="line">((?:[^<]++|<(?!/?div\b))*+)</div>\s*+(?=<div class="line">|</div>)')
# A backslash before a letter or number is one in a path; behind a mark it only ends what stands before.
BACKSLASH = re.compile(r"(``.*?``|`[^`]*`)|(?<![`*_|\s\\])\\(?=[A-Za-z0-9])", re.S)
# Directives that steer a larger system or would read other files: nothing of them is to be read.
SILENT = frozenset(
    [
        *("toctree", "currentmodule", "module", "index", "include", "literalinclude", "highlight", "meta"),
        *("tabularcolumns", "default-domain", "py:module", "py:currentmodule", "title"),
    ]
)
CHANGES = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
}
RAW_ROLE = re.compile(r"^\.\.[ ]++role::[ ]*+([\w-]++)\(raw\)[ ]*+\n(?:[ ]++:[^\n]*+\n)*+", re.M)
CONDITIONS = frozenset(["only", "ifconfig", "container", "highlight", "rst-class", "class", "cssclass"])
# Directives whose argument is the title of what they hold.
TITLED = frozenset(
    ["tab", "tab-item", "dropdown", "card", "grid-item-card", "details", "collapse", "step", "admonition"]
)
CODE = frozenset(["code", "sourcecode", "code-block", "prompt", "doctest", "testcode", "testoutput", "parsed-literal"])
LINKS = frozenset(["ref", "doc", "numref", "any"])
PLAIN_ROLES = frozenset(["ref", "doc", "term", "numref", "any", "download", "abbr", "guilabel", "menuselection"])
SETTINGS = {
    "_disable_config": True,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "doctitle_xform": False,
    "input_encoding": "unicode",
    "smart_quotes": False,
    "toc_backlinks": False,
    "initial_header_level": 1,
}


class _Unknown(Directive):
    """A directive of another system: its words stay, as paragraphs."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {}

    def run(self) -> list[nodes.Node]:
        name = self.name.rpartition(":")[2]
        if name in SILENT:
            return []
        if name == "raw":
            is_html = self.arguments and self.arguments[0].split()[0] == "html"
            return [nodes.raw("", "\n".join(self.content), format="html")] if is_html else []
        if name in CODE:
            caption = str(self.options.get("caption", ""))
            block = nodes.literal_block("", "\n".join(self.content), classes=["language-" + "".join(self.arguments)])
            return [nodes.paragraph("", caption.strip("` ")), block] if caption else [block]
        within = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, within)
        return [*self._said(name), *within.children]

    def _said(self, name: str) -> list[nodes.Node]:
        argument = "" if name in CONDITIONS else " ".join(self.arguments)
        if name in CHANGES:
            argument = f"{CHANGES[name]} {argument}"
        if not argument:
            return []
        found, messages = self.state.inline_text(argument, self.lineno)
        classes = ["opens"] if name in TITLED else []
        return [nodes.paragraph(argument, "", *found, classes=classes), *messages]


class _Linked:
    """What the links of the document that is being read lead to; docutils gives its roles nothing to keep it in."""

    titles: ClassVar[Mapping[str, str]] = {}
    folder: ClassVar[str] = "/"

    @classmethod
    def title(cls, target: str, *, is_path: bool) -> str:
        """Return the title that a label or a path stands for; its last words where it leads out of the folder."""
        path = posixpath.normpath(posixpath.join(cls.folder, target))
        known = cls.titles.get(path) if is_path else cls.titles.get(target.casefold())
        return known or " ".join(re.split(r"[-_\s]+", target.rstrip("/").rpartition("/")[2].rpartition(":")[2]))


class _AnyOption(dict[str, Callable[[str], Any]]):
    """Options of a directive that we do not know: each is taken."""

    def __getitem__(self, name: str) -> Callable[[str], Any]:
        return directives.unchanged

    def __contains__(self, name: object) -> bool:
        return True


_Unknown.option_spec = _AnyOption(class_=directives.unchanged)  # an empty one would count as none


def _inliner(defined: frozenset[str]) -> Inliner:
    """Return what reads a line: it keeps the backslashes of paths, which would be taken for the end of a mark, and
    names that another file defines without their bars."""
    made = Inliner()
    parse = made.parse

    def named(found: re.Match[str]) -> str:
        if found[1] or found[2].casefold() in defined:
            return found[0]
        return "" if found[2].lower() in OF_THE_RELEASE else found[2].replace("_", " ")

    def prepared(text: str, lineno: int, memo: Any, parent: Any) -> Any:
        kept = BACKSLASH.sub(lambda found: found[1] or "\\\\", text)
        return parse(NAMES.sub(named, kept), lineno, memo, parent)

    made.parse = prepared  # type: ignore[method-assign]  # a subclass loses its tables
    return made


def read_rst(text: str, limits: ReadingLimits, name: str = "", titles: Mapping[str, str] | None = None) -> str:
    """Return the document as Markdown; raise Refused for one nested so deep that only harm is meant.

    `titles` are those of the folder that `name` stands in, by label and path, for links to show.
    """
    if _depth(text) > limits.depth:
        raise Refused("nested_too_deep", limit=limits.depth)
    if _expanded(text) > limits.text_characters:
        raise Refused("too_long", limit=limits.text_characters)
    _learn(text)
    text = RAW_ROLE.sub(_learn_raw_role, text)
    defined = frozenset(name.casefold() for name in DEFINES.findall(text))
    _Linked.titles = {**(titles or {}), **find_titles([(name, text)])}
    _Linked.folder = posixpath.dirname(f"/{name}")
    try:
        html = publish_parts(
            text, parser=Parser(inliner=_inliner(defined)), writer="html5", settings_overrides=SETTINGS
        )["body"]
    except RecursionError as problem:
        raise Refused("nested_too_deep", limit=limits.depth) from problem
    refuse_deep_markup(html, 10 * limits.depth)
    tree = LexborHTMLParser(LINE_OF_BLOCK.sub(r"\1<br>", html))
    if tree.body is None:
        raise Refused("empty")
    for node in tree.css("p.opens, [class*='admonition-'] > .admonition-title"):
        node.attrs[OPENS] = "yes"
    for node in tree.css(".system-message, .problematic-message, .docutils.footer"):
        node.decompose()
    refuse_deep_trees(tree.body, limits.depth)
    return write_markdown(tree.body)


def _depth(text: str) -> int:
    return max((len(indent) for indent in INDENT.findall(text)), default=0) // SPACES_A_LEVEL


def _expanded(text: str) -> int:
    """Return how many characters the longest substitution comes to when all that it names is put in."""
    replaced = dict(SUBSTITUTION.findall(text))
    lengths = dict.fromkeys(replaced, 0)
    for _ in range(min(len(replaced), DEEPEST_SUBSTITUTION)):  # each round puts in one more level
        lengths = {
            name: min(len(content) + sum(lengths.get(named, 0) for named in NAMED.findall(content)), MOST_EXPANDED)
            for name, content in replaced.items()
        }
    return max(lengths.values(), default=0)


def _learn(text: str) -> None:
    """Register the directives and roles that the text uses and docutils does not know."""
    for name in set(DIRECTIVE.findall(text)):
        if name in SILENT or name in CODE or name == "raw" or not _is_known_directive(name):
            directives.register_directive(name, _Unknown)
    for name in set(ROLE.findall(text)):
        if roles.role(name, en, 0, _Silence())[0] is None:  # type: ignore[arg-type]  # it asks for no more
            roles.register_local_role(name, _say_role)  # type: ignore[arg-type]  # its stubs know links alone


def _learn_raw_role(role: re.Match[str]) -> str:
    """Register a role that the text defines for its raw HTML; docutils takes none."""
    roles.register_local_role(role[1], _say_html if "html" in role[0].partition("\n")[2] else _say_nothing)  # type: ignore[arg-type]
    return ""


def _say_html(
    _name: str, rawtext: str, text: str, _line: int, _inliner: object, _options: object = None, _content: object = None
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    return [nodes.raw(rawtext, utils.unescape(text, restore_backslashes=True), format="html")], []


def _say_nothing(*_role: object) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    return [], []


def _is_known_directive(name: str) -> bool:
    return name in en.directives


class _Silence:
    """Takes the warnings of a search that we make ourselves."""

    level = 0

    def info(self, *_said: object, **_more: object) -> str:
        return ""

    error = info


def _say_role(
    name: str, rawtext: str, text: str, _lineno: int, _inliner: object, _options: object = None, _content: object = None
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Return what a role of another system shows: its title, or the last part of what it names."""
    kind = name.rpartition(":")[2]
    said = utils.unescape(text, restore_backslashes=kind not in PLAIN_ROLES)
    titled = SHOWN_TITLE.search(said)
    if titled:
        said = said[: titled.start()].strip()
    elif said.startswith("~"):
        said = said.rpartition(".")[2]
    said = said.lstrip("!~")
    if not titled and kind in LINKS:
        said = _Linked.title(said, is_path=kind == "doc")
    if titled or kind in PLAIN_ROLES:
        return [nodes.inline(rawtext, said)], []
    return [nodes.literal(rawtext, said)], []
