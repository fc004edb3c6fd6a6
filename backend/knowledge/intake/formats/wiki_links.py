"""Links as wikis and notebooks write them (`[[Page|its words]]`) show their words, not their marks.

Rules: of a page and words for it the words are shown; of a heading in a page both; a picture leaves what it is said to
show; what is no link (`[[ -f file ]]`, `[[1, 2], [3]]`) is left as it is.
"""

from __future__ import annotations

import re

LINK = re.compile(
    r"(?<![A-Za-z0-9_\\\[])(?<!\]\()(!?)\[\[(?=#?\^?[^\W\d_]|\d++\s*+[^\W\d_,])([^\[\]\n]{1,300}+)\]\](?![\](])"
)
PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|avif|bmp|mp[34]|webm|mov|ogg|wav|pdf)\Z", re.I)
SIZE = re.compile(r"\A\d++(?:x\d++)?\Z")
PARTS = re.compile(r"\\?\|")
BLOCK_IN_PAGE = re.compile(r"#?\^[\w-]++\Z")
IN_ADDRESSES = re.compile(r"[-/_.]")


def without_wiki_links(text: str) -> str:
    """Return prose in which such links are their words."""
    return LINK.sub(_words, text) if "[[" in text else text


def _words(link: re.Match[str]) -> str:
    page, *more = (part.strip() for part in PARTS.split(link[2]))
    if page.startswith("_") or page.upper() == "TOC":
        return link[0]
    if link[1] and PICTURE.search(page):
        return next((words for words in more if not SIZE.match(words)), "")
    words = more[-1] if more else ""
    if " " not in words and " " in page and IN_ADDRESSES.search(words):  # a wiki that names the words first
        return page
    return words or BLOCK_IN_PAGE.sub("", page).lstrip("#").replace("#", " > ")
