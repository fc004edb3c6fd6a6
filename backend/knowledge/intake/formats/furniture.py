"""What stands on every page of a web site is taken out of a page: menus, banners, footers, what is hidden.

Rules:
1. Furniture is blocks, never words within a sentence; it is told by its element, its role or its name, and a name tells
   only when all its words do (`share-buttons`, not `sharing-a-list`). What is named like its own heading is a section.
2. A name like "menu" or "related" tells only of links and of a few words; prose under such a name is text.
3. What holds most of the page is the page.
   A box of prose that stands between paragraphs is text, too, though it be called a sidebar.
4. Text that a click shows (an accordion's answer, a tab) is text of the page; other hidden text is not.
5. Everything that goes is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from backend.domain.toml import read_toml
from backend.knowledge.intake.formats.markup import LABEL, OPENS
from backend.knowledge.intake.formats.tags import BLOCKS, UNSEEN

TABLE = Path(__file__).with_name("page_furniture.toml")
NAME_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
NOTHING = r"0(?:\.0*)?(?![.\d])"  # not "0.9em"
HIDES = re.compile(rf"(?:display\s*:\s*none|visibility\s*:\s*hidden|(?:opacity|font-size)\s*:\s*{NOTHING})", re.I)
MAY_HIDE = "[hidden], [aria-hidden=true], [style]"
POINTS = ("aria-controls", "data-target", "data-bs-target", "href")
CONTROLS = "button, [role=button], [role=tab], [aria-expanded], summary"
HOLDS_A_HEADING = "h1, h2, h3, h4, h5, h6, summary, dt"
MENUS = "nav, header, footer, form"
TEXT = "data-text"  # set on a control whose words are the page's
ASKED = "[itemprop=name], " + ", ".join(
    f"[class*={name} i]" for name in ("question", "faq", "accordion", "toggle", "collaps")
)
LONGEST_QUESTION = 300  # characters
MOST_BESIDE = 100  # pieces of a line in which words are looked for
MOST_EMPTY = 20  # elements and comments between a box and the text beside it
FEW_WORDS = 80  # characters
LONGEST_LEFT_OUT = 2_000  # characters of one text
MOST_LEFT_OUT = 10_000  # characters of a page


@dataclass(frozen=True, slots=True)
class Furniture:
    """The table of what is left out."""

    no_text: tuple[str, ...]
    elements: tuple[str, ...]
    roles: frozenset[str]
    always: frozenset[str]
    links: frozenset[str]
    beside: frozenset[str]
    openers: frozenset[str]
    boxes: frozenset[str]
    lists_of_questions: frozenset[str]
    heads: frozenset[str]
    answers: tuple[str, ...]
    named: tuple[str, ...]
    most_of_the_page: float
    main_share: float
    link_share: float


class _Clearing:
    """Takes nodes out of a tree and keeps their words."""

    def __init__(self) -> None:
        self.left_out: list[str] = []

    def take(self, node: LexborNode) -> None:
        text = words_of(node)
        node.decompose()
        if text and sum(map(len, self.left_out)) < MOST_LEFT_OUT:
            self.left_out.append(text[:LONGEST_LEFT_OUT])


def clear(tree: LexborHTMLParser) -> list[str]:
    """Take out what is hidden and what is furniture; return the words that went."""
    furniture, clearing = read_furniture(), _Clearing()
    everything = max(len(tree.body.text(deep=True)) if tree.body else 0, 1)
    _open_all(tree)
    for node in tree.css(", ".join(furniture.no_text)):
        node.decompose()
    _take_hidden(tree, clearing)
    for node in tree.css(", ".join(furniture.elements)):
        if not _is_text(node):
            clearing.take(node)
    for node in tree.css("header, footer"):
        if node.css_first("h1, main, article") is None and _is_of_the_page(node):
            clearing.take(node)
    for node in tree.css(f"[role], {', '.join(f'{tag}[class], {tag}[id]' for tag in furniture.named)}"):
        is_part = len(node.text(deep=True)) < furniture.most_of_the_page * everything
        if is_part and node.css_first("main, h1") is None and _is_furniture(node):
            clearing.take(node)
    return clearing.left_out


def clear_hidden(tree: LexborHTMLParser) -> list[str]:
    """Take out what is hidden, and nothing else; return the words that went. Nearly every text hides nothing."""
    clearing = _Clearing()
    if any(_is_hidden(node) for node in tree.css(MAY_HIDE)):
        _open_all(tree)
        _take_hidden(tree, clearing)
    return clearing.left_out


def _take_hidden(tree: LexborHTMLParser, clearing: _Clearing) -> None:
    for node in tree.css(MAY_HIDE):
        if _is_hidden(node):
            clearing.take(node)


def words_of(node: LexborNode) -> str:
    """Return the words of a node on one line, those of its elements apart."""
    if node.tag in UNSEEN:
        return ""
    return " ".join(node.text(deep=True, separator=" ").split())


def _open_all(tree: LexborHTMLParser) -> None:
    """Show what a click shows, and make what is clicked the heading of it."""
    targets = _targets(tree)
    for control in tree.css(CONTROLS):
        opened = [node for part in _pointed(control) if (node := targets.get(part)) is not None]
        neighbour = _hidden_neighbour(control)
        if neighbour is not None and not opened:
            opened = [neighbour]
        for node in opened:
            _show(node)
            if node.tag == "nav" and _link_share(node) < read_furniture().link_share:
                node.attrs[TEXT] = "yes"
        if words_of(control).casefold().strip(" …:>") in read_furniture().openers or _within(control, MENUS):
            continue
        if control.attributes.get("role") == "tab":
            _label_tab(control, opened)
        elif opened and not _within(control, HOLDS_A_HEADING) and control.css_first("h1, h2, h3, h4, h5, h6") is None:
            control.attrs[OPENS] = "yes"
        elif opened or _within(control, HOLDS_A_HEADING):
            control.attrs[TEXT] = "yes"
    for link in tree.css("a[href^='#'], [data-target], [data-bs-target]"):
        for part in _pointed(link):
            if (node := targets.get(part)) is not None and _is_hidden(node):
                _show(node)
    for node in tree.css(ASKED):
        if _asks(node):
            node.attrs[OPENS] = "yes"


def _asks(node: LexborNode) -> bool:
    """Tell whether an element is a question by its name ("faq-title") or as search engines are told, with an answer
    behind it."""
    if node.attributes.get("itemprop") == "name":
        is_named = (node.parent is not None) and (node.parent.attributes.get("itemtype") or "").endswith("/Question")
    else:
        is_named = any(_names_a_question(name) for name in (node.attributes.get("class") or "").split())
    following = _neighbour(node, "next") if is_named else None
    if following is None or len(words_of(node)) > LONGEST_QUESTION:
        return False
    if node.css_first(f"{HOLDS_A_HEADING}, [{OPENS}], p + *, div + *") is not None or _within(node, HOLDS_A_HEADING):
        return False
    if _within(node, MENUS) or words_of(node).casefold() in read_furniture().openers:
        return False
    name = (following.attributes.get("class") or "").casefold()
    return words_of(node).endswith(("?", "？", "؟")) or any(part in name for part in read_furniture().answers)


@cache
def _names_a_question(name: str) -> bool:
    parts = {part.lower() for part in NAME_PART.findall(name)}
    furniture = read_furniture()
    return "question" in parts or bool(parts & furniture.lists_of_questions and parts & furniture.heads)


def _targets(tree: LexborHTMLParser) -> dict[str, LexborNode]:
    return {node.attributes.get("id") or "": node for node in tree.css("[id]")}


def _pointed(node: LexborNode) -> list[str]:
    values = [node.attributes.get(name) or "" for name in POINTS]
    return [part.lstrip("#") for value in values if not value.startswith("http") for part in value.split()]


def _hidden_neighbour(control: LexborNode) -> LexborNode | None:
    """Return the hidden element right behind a control, or behind the heading or row that holds it alone."""
    node: LexborNode | None = control
    for _ in range(3):
        if node is None or node.tag in ("body", "main", "article", "section"):
            return None
        following = node.next
        while following is not None and following.tag in ("-text", "-comment") and not words_of(following):
            following = following.next
        if following is not None:
            return following if following.tag != "-text" and _is_hidden(following) else None
        node = node.parent
    return None


def _show(node: LexborNode) -> None:
    for name in ("hidden", "aria-hidden"):
        if name in node.attributes:
            del node.attrs[name]
    if HIDES.search(node.attributes.get("style") or ""):
        node.attrs["style"] = HIDES.sub("", node.attributes["style"] or "")


def _label_tab(tab: LexborNode, panels: list[LexborNode]) -> None:
    """Move a tab's words above what it shows."""
    for panel in panels:
        panel.attrs[LABEL] = words_of(tab)
        tab.attrs["hidden"] = "hidden"
        return
    tab.attrs[TEXT] = "yes"


def _is_text(node: LexborNode) -> bool:
    """Tell whether an element that is mostly furniture is text here: a button within a sentence, a note beside it."""
    if TEXT in node.attributes or OPENS in node.attributes:
        return True
    if node.tag == "aside":
        is_beside_text = _within(node, "main, article, [role=main]")
        return (is_beside_text and _link_share(node) < read_furniture().link_share) or _stands_in_text(node)
    is_a_word = words_of(node).casefold() not in read_furniture().openers
    return node.tag == "button" and is_a_word and _is_within_a_sentence(node)


def _within(node: LexborNode, selector: str) -> bool:
    wanted = {part.strip() for part in selector.split(",")}
    parent = node.parent
    while parent is not None:
        if parent.tag in wanted or (f"[role={parent.attributes.get('role')}]" in wanted):
            return True
        parent = parent.parent
    return False


def _is_of_the_page(node: LexborNode) -> bool:
    """A header or footer inside an article or section belongs to it, not to the site."""
    return node.tag == "footer" or not _within(node, "article, section, main")


def _is_furniture(node: LexborNode) -> bool:
    furniture = read_furniture()
    if (node.attributes.get("role") or "").lower() in furniture.roles:
        return OPENS not in node.attributes and LABEL not in node.attributes
    if node.tag not in furniture.named or _is_within_a_sentence(node) or OPENS in node.attributes:
        return False
    classes = {_kind(name) for name in (node.attributes.get("class") or "").split()}
    kinds = classes | {_kind(node.attributes.get("id") or "")}
    if "always" in classes:
        return not _stands_in_text(node)
    if not kinds & {"always", "links"} or _is_named_like_its_heading(node):
        return False
    return "always" in kinds or _is_of_links_or_few_words(node)


@cache
def _kind(name: str) -> str:
    """Return of what a name tells: `always`, `links`, or "" where one of its words tells of something else."""
    furniture = read_furniture()
    parts = [part.lower() for part in NAME_PART.findall(name)]
    named = [part for part in parts if part in furniture.always or part in furniture.links]
    if not named or any(part not in furniture.beside for part in parts if part not in named):
        return ""
    return "always" if any(part in furniture.always for part in named) else "links"


def _is_named_like_its_heading(node: LexborNode) -> bool:
    heading = node.css_first("h1, h2, h3, h4, h5, h6")
    said = "".join(re.findall(r"[^\W_]+", words_of(heading).casefold())) if heading is not None else ""
    return bool(said) and said == "".join(re.findall(r"[^\W_]+", (node.attributes.get("id") or "").casefold()))


def _is_of_links_or_few_words(node: LexborNode) -> bool:
    """Tell whether an element is mostly links and controls, or too few words to be a text."""
    share = _link_share(node)
    if share >= read_furniture().link_share:
        return True
    has_heading = node.css_first("h1, h2, h3, h4, h5, h6, p, table, dl") is not None
    return not has_heading and len(words_of(node)) < FEW_WORDS


def _stands_in_text(node: LexborNode) -> bool:
    """Tell whether a box of prose ("sidebar", a note) stands between the paragraphs of a text."""
    names = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}".lower()
    if node.tag != "aside" and not any(name in names.split() for name in read_furniture().boxes):
        return False
    if len(words_of(node)) < FEW_WORDS or _link_share(node) >= read_furniture().link_share:
        return False
    return any(_is_prose(each) for each in (_neighbour(node, "prev"), _neighbour(node, "next")) if each is not None)


def _neighbour(node: LexborNode, way: str) -> LexborNode | None:
    """Return the next element beside a node that holds words; None behind many that hold none."""
    beside: LexborNode | None = getattr(node, way)
    for _ in range(MOST_EMPTY):
        if beside is None or (beside.tag not in ("-text", "-comment") and words_of(beside)):
            return beside
        beside = getattr(beside, way)
    return None


def _is_prose(node: LexborNode) -> bool:
    """Tell whether an element is a paragraph, a list or code of a text, not what holds a part of the page."""
    if _link_share(node) >= read_furniture().link_share:
        return False
    if node.tag in ("pre", "ul", "ol", "dl", "table", "blockquote"):
        return True
    direct = "".join(each.text_content or "" for each in node.iter(include_text=True) if each.tag == "-text")
    if node.tag in ("p", "div") and len(" ".join(direct.split())) >= FEW_WORDS // 2:
        return True
    holds_a_list = node.tag == "div" and node.css_first("pre, ul, ol, dl, table, blockquote") is not None
    return holds_a_list and node.css_first("h1, h2, h3, h4, main, article, p") is None


def _link_share(node: LexborNode) -> float:
    links = sum(len(words_of(each)) for each in node.css("a, button, label, input, select"))
    return links / max(len(words_of(node)), 1)


def _is_within_a_sentence(node: LexborNode) -> bool:
    """Tell whether words stand beside an element in its line."""
    if node.tag in BLOCKS or node.css_first("div, p, ul, ol, table, section, h1, h2, h3") is not None:
        return False
    holder = node.parent
    while holder is not None and holder.tag not in BLOCKS:
        holder = holder.parent
    if holder is None or holder.tag in ("body", "nav", "header", "footer", "form"):
        return False
    return any(re.search(r"\w", said) for said in islice(_beside(holder, node), MOST_BESIDE))


def _beside(holder: LexborNode, node: LexborNode) -> Iterator[str]:
    """Yield the texts in a line beside one of its elements, and an empty one for each other element."""
    for child in holder.iter(include_text=True):
        yield child.text_content or "" if child.tag == "-text" else ""
        if child != node and child.tag not in BLOCKS and child.tag not in ("-text", "a", "button"):
            yield from _beside(child, node)


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or bool(HIDES.search(attributes.get("style") or ""))
    )


@cache
def read_furniture() -> Furniture:
    table = read_toml(TABLE)
    return Furniture(
        no_text=tuple(table["no_text"]),
        elements=tuple(table["elements"]),
        roles=frozenset(table["roles"]),
        always=frozenset(table["always"]),
        links=frozenset(table["links"]),
        beside=frozenset(table["beside"]),
        openers=frozenset(table["openers"]),
        boxes=frozenset(table["boxes"]),
        lists_of_questions=frozenset(table["lists_of_questions"]),
        heads=frozenset(table["heads"]),
        answers=tuple(table["answers"]),
        named=tuple(table["named"]),
        most_of_the_page=float(table["most_of_the_page"]),
        main_share=float(table["main_share"]),
        link_share=float(table["link_share"]),
    )
