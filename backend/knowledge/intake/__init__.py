"""Files and web pages become documents: every format, the folder `kb/`, crawls, and the way back to files.

This is the door: others import from here alone.
"""

from __future__ import annotations

from backend.knowledge.intake.crawl.addresses import tidy_url
from backend.knowledge.intake.crawl.crawler import Crawler, Round, read_address
from backend.knowledge.intake.crawl.fetching import Fetcher
from backend.knowledge.intake.crawl.refusal import NotFetched
from backend.knowledge.intake.crawl.rules import read_rules
from backend.knowledge.intake.export import write_documents
from backend.knowledge.intake.folder import Knowledge, count_other_files, find_files, read_files, read_knowledge
from backend.knowledge.intake.formats.files import ENDINGS
from backend.knowledge.intake.help_centres import Article, in_html, is_export, names_of, read_export
from backend.knowledge.intake.separate_process import SeparateReading
from backend.knowledge.intake.suspicion import PATTERNS, find_orders, hides_orders

__all__ = [
    "ENDINGS",
    "PATTERNS",
    "Article",
    "Crawler",
    "Fetcher",
    "Knowledge",
    "NotFetched",
    "Round",
    "SeparateReading",
    "count_other_files",
    "find_files",
    "find_orders",
    "hides_orders",
    "in_html",
    "is_export",
    "names_of",
    "read_address",
    "read_export",
    "read_files",
    "read_knowledge",
    "read_rules",
    "tidy_url",
    "write_documents",
]
