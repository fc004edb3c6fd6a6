"""`kb synonyms`: the words that a site's pages and its visitors use for one another."""

from __future__ import annotations

import argparse
import json

from backend.app import House
from backend.commands.output import say
from backend.commands.recording import record
from backend.domain.site import Site
from backend.services.change_synonyms import change_synonyms


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


def run(args: argparse.Namespace, site: Site, parts: House) -> int:
    """Change the site's groups where asked to, and print them; raise SettingsError where they cannot be used."""
    before = parts.passages.synonyms(site.id)
    groups = change_synonyms(site, args.add, args.remove, parts)
    if args.add or args.remove:
        record("synonyms.changed", site, parts, before=list(map(list, before)), after=list(map(list, groups)))
    if args.json:
        print(json.dumps(groups, ensure_ascii=False))
    else:
        print("\n".join(", ".join(group) for group in groups), end="\n" if groups else "")
    if not groups:
        say(f'{site.settings.name} has no synonyms of its own yet. Add some with --add "fleece, jumper".')
    return 0
