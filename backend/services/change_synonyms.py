"""The words that a site's pages and its visitors use for one another.

Rules: a word is in one group at most, so a group that shares a word with another is joined to it; a group of one word
is none; what was given is kept as it was written, and compared without regard to case.
"""

from __future__ import annotations

from collections.abc import Sequence

from backend.domain.errors import SettingsError
from backend.domain.site import Site
from backend.services.parts import SiteParts

MOST_GROUPS = 500
MOST_WORDS = 20
LONGEST = 60

Group = tuple[str, ...]


def change_synonyms(site: Site, added: Sequence[str], removed: Sequence[str], parts: SiteParts) -> list[Group]:
    """Add groups ("fleece, jumper") and take words out; return all groups of the site. Raise SettingsError."""
    before = [tuple(group) for group in parts.passages.synonyms(site.id)]
    groups = without(before, removed)
    for words in added:
        groups = joined(groups, read_group(words))
    if len(groups) > MOST_GROUPS:
        raise SettingsError(f"--add: a site has at most {MOST_GROUPS} groups of synonyms; take some out with --remove.")
    if groups != before:
        parts.passages.set_synonyms(site.id, groups)
    return groups


def read_group(given: str) -> Group:
    """Return the words of `fleece, jumper`, each once; raise SettingsError for fewer than two, or too long ones."""
    words = tuple({word.casefold(): word for part in given.split(",") if (word := " ".join(part.split()))}.values())
    if not 2 <= len(words) <= MOST_WORDS:
        raise SettingsError(f"--add {given!r}: give 2 to {MOST_WORDS} words with commas between them.")
    if long := next((word for word in words if len(word) > LONGEST), None):
        raise SettingsError(f"--add: {long[:LONGEST]!r}… is too long; a phrase has at most {LONGEST} characters.")
    return words


def joined(groups: Sequence[Group], added: Group) -> list[Group]:
    """Return the groups with this one, joined with those that share a word with it."""
    whole, others = {word.casefold(): word for word in added}, []
    for group in groups:
        if {word.casefold() for word in group} & {word.casefold() for word in added}:
            whole = {**{word.casefold(): word for word in group}, **whole}
        else:
            others.append(group)
    if len(whole) > MOST_WORDS:
        raise SettingsError(f"--add {', '.join(added)!r}: a group has at most {MOST_WORDS} words.")
    return [*others, tuple(whole.values())]


def without(groups: Sequence[Group], removed: Sequence[str]) -> list[Group]:
    """Return the groups without these words; raise SettingsError for a word that is in none."""
    gone = {word.strip().casefold() for word in removed}
    known = {word.casefold() for group in groups for word in group}
    if unknown := sorted(gone - known):
        raise SettingsError(f"--remove {unknown[0]!r}: the word is in no group; `kb synonyms` lists them.")
    left = (tuple(word for word in group if word.casefold() not in gone) for group in groups)
    return [group for group in left if len(group) > 1]
