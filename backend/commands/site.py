"""`site apply`, `export`, `list`, `remove`, `identity`: a site's folder and back, its end, and its secret.

Standard output holds what a program reads (the key, the secret, the JSON); what people read goes to standard error.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from backend.app import House
from backend.commands.output import TerminalProgress, counted, say
from backend.commands.recording import record, record_end
from backend.services.apply_folder import Applied, FolderReading, apply_folder
from backend.services.export_site import export_site
from backend.services.find_site import find_site
from backend.services.parts import SiteParts
from backend.services.remove_site import remove_site
from backend.services.vouch_for_users import vouch_for_users

MOST_NAMES = 10
# Why files are left out, in a line about many; others are said by the name of the reason.
REASONS = {
    "mistake": "for a mistake in their front matter or because they cannot be opened",
    "draft": "as drafts",
    "empty": "as empty",
    "unknown_format": "in a format that is not read",
    "old_format": "in an old format",
}


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `site` with its commands."""
    parser = subparsers.add_parser("site", help="publish, export and list sites", description=__doc__)
    commands = parser.add_subparsers(dest="site_command", required=True, metavar="COMMAND")
    apply = commands.add_parser("apply", help="publish a folder (site.toml and kb/) and print the site's key")
    apply.add_argument("folder", type=Path)
    export = commands.add_parser("export", help="write a site as a folder that can be applied again")
    export.add_argument("key")
    export.add_argument("folder", type=Path)
    listing = commands.add_parser("list", help="list sites, oldest first")
    listing.add_argument("--json", action="store_true", help="print one JSON document")
    removing = commands.add_parser(
        "remove",
        help="remove a site with its pages and conversations",
        description="Removes the site, its pages, its conversations, its secrets and its key, at once and for good.",
    )
    removing.add_argument("key")
    removing.add_argument("--json", action="store_true", help="print one JSON document")
    identity = commands.add_parser(
        "identity",
        help="print the secret that signs a site's user tokens, making one first where there is none",
        description="Prints the site's identity secret, for the owner's server alone: it signs the tokens that say who "
        "a visitor is (`user_token`, a JWT with HS256). Makes one first where there is none.",
    )
    identity.add_argument("key")
    change = identity.add_mutually_exclusive_group()
    change.add_argument("--rotate", action="store_true", help="make a new one; the one before it still counts")
    change.add_argument("--off", action="store_true", help="forget all: no token counts any more")


def run(args: argparse.Namespace, parts: House) -> int:
    """Run `site …`; raise SettingsError with one sentence when the input cannot be used."""
    if args.site_command == "apply":
        return _apply(args.folder, parts)
    if args.site_command == "export":
        return _export(args.key, args.folder, parts)
    if args.site_command == "identity":
        return _identity(args.key, parts, rotates=args.rotate, turns_off=args.off)
    if args.site_command == "remove":
        return _remove(args.key, parts, as_json=args.json)
    return _list(parts, as_json=args.json)


def _apply(folder: Path, parts: House) -> int:
    applied = apply_folder(folder, parts, TerminalProgress())
    if applied.has_changed:
        after = {"version": applied.site.version, "pages": applied.documents}
        record("site.made" if applied.is_new else "version.published", applied.site, parts, after=after)
    for warning in applied.warnings:
        say(f"Warning: {warning}")
    for line in told_of_files(applied.reading):
        say(line)
    say(_summary(applied))
    print(applied.site.key)
    return 1 if applied.has_mistakes else 0


def _summary(applied: Applied) -> str:
    name = applied.site.settings.name
    if not applied.has_changed:
        return f"{name}: nothing has changed ({counted(applied.documents)})."
    did = "Published as a new site" if applied.is_new else f"Published version {applied.site.version}"
    if not applied.is_new and not applied.has_new_settings:
        did = "Settings unchanged"
    return f"{name}: {did}; {counted(applied.written)} written, {applied.removed} removed, {applied.documents} in all."


def told_of_files(reading: FolderReading) -> Iterator[str]:
    """Yield a line for each thing that became of files other than that they are pages for everyone."""
    for code, names in sorted(reading.left_out.items()):
        yield f"  left out, {REASONS.get(code, code.replace('_', ' '))}: {_listed(names)}"
    if reading.marked:
        yield f"  marked for review: {_listed(reading.marked)}"
    for audience, names in sorted(reading.for_some.items()):
        yield f"  hidden from visitors, for {audience} alone: {_listed(names)}"
    if reading.other_endings:
        endings = ", ".join(f"{count} {ending}" for ending, count in sorted(reading.other_endings.items()))
        yield f"  no documents: {endings}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return f"{len(names)} ({shown}{f' and {more} more' if more > 0 else ''})"


def _export(key: str, folder: Path, parts: SiteParts) -> int:
    site = find_site(key, parts.sites)
    documents = export_site(site, folder, parts)
    say(f"{site.settings.name}: written to {folder} ({counted(documents)}).")
    return 0


def _identity(key: str, parts: House, *, rotates: bool, turns_off: bool) -> int:
    site = find_site(key, parts.sites)
    name = site.settings.name
    if turns_off:
        parts.identities.turn_off(site)
        record("identity.off", site, parts)
        say(f"{name}: no user token counts any more.")
        return 0
    vouching = vouch_for_users(site, parts.identities, rotates=rotates)
    if vouching.is_new:
        record("identity.rotated", site, parts)
    print(vouching.secret)
    if vouching.is_new and vouching.has_older:
        say(f"{name}: a new secret. The one before it still counts until the next --rotate.")
    elif vouching.is_new:
        say(f"{name}: tokens signed with this secret are believed. Keep it on your server.")
    return 0


def _remove(key: str, parts: House, *, as_json: bool) -> int:
    site = find_site(key, parts.sites)
    conversations = remove_site(site, parts)
    record_end(site, parts)
    if as_json:
        print(json.dumps({"key": site.key, "name": site.settings.name, "conversations": conversations}))
    else:
        say(f"{site.settings.name}: removed, with its pages and {conversations} conversations.")
    return 0


def _list(parts: SiteParts, *, as_json: bool) -> int:
    sites = parts.sites.sites()
    if as_json:
        rows = [
            {
                "key": site.key,
                "name": site.settings.name,
                "origins": list(site.settings.origins),
                "published": True,
            }
            for site in sites
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for site in sites:
        print(f"{site.key}  {site.settings.name}  {' '.join(site.settings.origins)}")
    if not sites:
        say("There are no sites yet; `python -m backend site apply FOLDER` publishes one.")
    return 0
