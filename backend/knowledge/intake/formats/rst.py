"""reStructuredText as docutils reads it, then as a web page is read.

Rules: a document reads no other file and no address, and holds no raw HTML; what belongs to a larger system (Sphinx's
roles and directives) keeps its words, except where it only steers that system; what is malformed is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar

from docutils import nodes, utils
from docutils.core import publish_parts
from docutils.parsers.rst import Directive, directives, roles
from docutils.parsers.rst.languages import en
from selectolax.lexbor import LexborHTMLParser

from backend.knowledge.intake.formats.markup import refuse_deep_trees, write_markdown
from backend.knowledge.intake.formats.refusal import ReadingLimits, Refused

DIRECTIVE = re.compile(r"^[ \t]*+\.\.\s+(?:\|[^|\n]+\|\s+)?([\w:.+-]+?)\s?::", re.M)
ROLE = re.compile(r"(?<![\w:.+-]):(\w[\w:.+-]*):`")
TITLED = re.compile(r"<[^<>]+>\s*+\Z")
INDENT = re.compile(r"^[ \t]*", re.M)
SUBSTITUTION = re.compile(r"^\.\.\s+\|([^|\n]+)\|\s+replace::(.*)$", re.M)
NAMED = re.compile(r"\|([^|\s][^|\n]*)\|")
MOST_EXPANDED = 100_000_000
DEEPEST_SUBSTITUTION = 30
SPACES_A_LEVEL = 2
# Directives that steer a larger system or would read other files: nothing of them is to be read.
SILENT = frozenset(
    [
        *("toctree", "currentmodule", "module", "index", "include", "literalinclude", "highlight", "raw", "meta"),
        *("tabularcolumns", "default-domain", "py:module", "py:currentmodule", "title"),
    ]
)
CHANGES = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
}
CODE = frozenset(["code", "sourcecode", "code-block", "prompt", "doctest", "testcode", "testoutput", "parsed-literal"])
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
        if name in CODE:
            caption = str(self.options.get("caption", ""))
            block = nodes.literal_block("", "\n".join(self.content), classes=["language-" + "".join(self.arguments)])
            return [nodes.paragraph("", caption.strip("` ")), block] if caption else [block]
        within = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, within)
        return [*self._said(name), *within.children]

    def _said(self, name: str) -> list[nodes.Node]:
        argument = " ".join(self.arguments)
        if name in CHANGES:
            argument = f"{CHANGES[name]} {argument}"
        if not argument:
            return []
        found, messages = self.state.inline_text(argument, self.lineno)
        return [nodes.paragraph(argument, "", *found), *messages]


class _AnyOption(dict[str, Callable[[str], Any]]):
    """Options of a directive that we do not know: each is taken."""

    def __getitem__(self, name: str) -> Callable[[str], Any]:
        return directives.unchanged

    def __contains__(self, name: object) -> bool:
        return True


_Unknown.option_spec = _AnyOption(class_=directives.unchanged)  # an empty one would count as none


def read_rst(text: str, limits: ReadingLimits) -> str:
    """Return the document as Markdown; raise Refused for one nested so deep that only harm is meant."""
    if _depth(text) > limits.depth:
        raise Refused("nested_too_deep", limit=limits.depth)
    if _expanded(text) > limits.text_characters:
        raise Refused("too_long", limit=limits.text_characters)
    _learn(text)
    try:
        html = publish_parts(text, writer="html5", settings_overrides=SETTINGS)["body"]
    except RecursionError as problem:
        raise Refused("nested_too_deep", limit=limits.depth) from problem
    tree = LexborHTMLParser(html)
    if tree.body is None:
        raise Refused("empty")
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
        if name in SILENT or name in CODE or not _is_known_directive(name):
            directives.register_directive(name, _Unknown)
    for name in set(ROLE.findall(text)):
        if roles.role(name, en, 0, _Silence())[0] is None:  # type: ignore[arg-type]  # it asks for no more
            roles.register_local_role(name, _say_role)  # type: ignore[arg-type]  # its stubs know links alone


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
    said = utils.unescape(text)
    titled = TITLED.search(said)
    if titled:
        said = said[: titled.start()].strip()
    elif said.startswith("~"):
        said = said.rpartition(".")[2]
    said = said.lstrip("!~")
    if titled or name.rpartition(":")[2] in PLAIN_ROLES:
        return [nodes.inline(rawtext, said.strip("/"))], []
    return [nodes.literal(rawtext, said)], []
