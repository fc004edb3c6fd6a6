"""A document is cut into passages and kept with its terms, so that it can be found.

This is the door: others import from here alone.
"""

from __future__ import annotations

from backend.knowledge.index.blocks import ANSWERS, ASKS, FENCE, MarkdownBlock, answers, split_blocks, split_sentences
from backend.knowledge.index.draft_shelf import DraftedPassages
from backend.knowledge.index.language import detect_language
from backend.knowledge.index.lines import is_of_lines, join_lines
from backend.knowledge.index.meanings import fill_meanings
from backend.knowledge.index.postings import IMPACT_SCALE, SATURATION
from backend.knowledge.index.runs import RUN_OF_THREE, SPACELESS, SPACELESS_LETTERS
from backend.knowledge.index.stock import ADDED, FOLDER, Change, put_change, read_before, reindex, restock
from backend.knowledge.index.tables import LanguageTable, fold, table_of
from backend.knowledge.index.terms import (
    HAS_BOTH,
    INVISIBLE,
    LINK_ADDRESS,
    find_codes,
    find_terms,
    find_words,
    is_stop_word,
    language_of,
    stem,
)
from backend.knowledge.index.text_changes import compare_texts

__all__ = [
    "ADDED",
    "ANSWERS",
    "ASKS",
    "FENCE",
    "FOLDER",
    "HAS_BOTH",
    "IMPACT_SCALE",
    "INVISIBLE",
    "LINK_ADDRESS",
    "RUN_OF_THREE",
    "SATURATION",
    "SPACELESS",
    "SPACELESS_LETTERS",
    "Change",
    "DraftedPassages",
    "LanguageTable",
    "MarkdownBlock",
    "answers",
    "compare_texts",
    "detect_language",
    "fill_meanings",
    "find_codes",
    "find_terms",
    "find_words",
    "fold",
    "is_of_lines",
    "is_stop_word",
    "join_lines",
    "language_of",
    "put_change",
    "read_before",
    "reindex",
    "restock",
    "split_blocks",
    "split_sentences",
    "stem",
    "table_of",
]
