"""`kb synonyms`: the words that a site's pages and its visitors use for one another.

Rules: a word is in one group at most, so a group that shares a word with another is joined to it; a group of one word
is none; what was given is kept as it was written, and compared without regard to case.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence

from backend.commands.site import SiteParts, say
from backend.domain.errors import SettingsError
from backend.domain.site import Site

MOST_GROUPS = 500
MOST_WORDS = 20
LONGEST = 60

Group = tuple[str, ...]


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to `kb`."""
    parser = commands.add_parser(
        "synonyms",
        help="list or change the words that stand for one another",
        description=(
            "A visitor who says one word of a group also finds pages that say another. Common words of support"
            " questions (delete and remove, sign in and log in) are known already: give those of your own trade."
        ),
    )
    parser.add_argument("--site", required=True, metavar="KEY")
    parser.add_argument(
        "--add", action="append", default=[], metavar="WORDS", help='such as "fleece, jumper, pullover"'
    )
    parser.add_argument("--remove", action="append", default=[], metavar="WORD", help="take a word out of its group")
    parser.add_argument("--json", action="store_true", help="print the groups as one JSON list")


def run(args: argparse.Namespace, site: Site, parts: SiteParts) -> int:
    """Change the site's groups where asked to, and print them; raise SettingsError where they cannot be used."""
    before = [tuple(group) for group in parts.passages.synonyms(site.id)]
    groups = without(before, args.remove)
    for words in args.add:
        groups = joined(groups, read_group(words))
    if len(groups) > MOST_GROUPS:
        raise SettingsError(f"--add: a site has at most {MOST_GROUPS} groups of synonyms; take some out with --remove.")
    if groups != before:
        parts.passages.set_synonyms(site.id, groups)
    if args.json:
        print(json.dumps(groups, ensure_ascii=False))
    else:
        print("\n".join(", ".join(group) for group in groups), end="\n" if groups else "")
    if not groups:
        say(f'{site.settings.name} has no synonyms of its own yet. Add some with --add "fleece, jumper".')
    return 0


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
