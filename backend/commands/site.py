"""`site apply`, `site export`, `site list`, `site identity`: a site's folder and back, and its secret.

Standard output holds what a program reads (the key, the secret, the JSON); what people read goes to standard error.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from backend.domain.errors import SettingsError, UnknownSite
from backend.domain.knowledge import Document
from backend.domain.ports import CrawlBook, Embedder, IdentityBook, Library, PageScreen, PassageBook, SiteBook, TurnBook
from backend.domain.site import Site
from backend.knowledge.index import fill_meanings, language_of, read_before, restock
from backend.knowledge.intake import hides_orders, read_knowledge, write_documents
from backend.sites.reading import FILE, Described, read_site
from backend.sites.writing import write_site

KB = "kb"


class SiteParts(Protocol):
    """What the commands need of the running product."""

    @property
    def sites(self) -> SiteBook: ...

    @property
    def identities(self) -> IdentityBook: ...

    @property
    def passages(self) -> PassageBook: ...

    @property
    def crawls(self) -> CrawlBook: ...

    @property
    def knowledge(self) -> Library: ...

    @property
    def page_screen(self) -> PageScreen: ...

    @property
    def embedder(self) -> Embedder | None: ...

    @property
    def book(self) -> TurnBook: ...


@dataclass(frozen=True, slots=True)
class Applied:
    """What publishing a folder came to."""

    site: Site
    is_new: bool
    has_new_settings: bool
    written: int
    removed: int
    documents: int
    warnings: tuple[str, ...]

    @property
    def has_changed(self) -> bool:
        return self.is_new or self.has_new_settings or bool(self.written or self.removed)


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


def run(args: argparse.Namespace, parts: SiteParts) -> int:
    """Run `site …`; raise SettingsError with one sentence when the input cannot be used."""
    if args.site_command == "apply":
        return _apply(args.folder, parts)
    if args.site_command == "export":
        return _export(args.key, args.folder, parts)
    if args.site_command == "identity":
        return _identity(args.key, parts, rotates=args.rotate, turns_off=args.off)
    return _list(parts, as_json=args.json)


def apply_folder(folder: Path, parts: SiteParts) -> Applied:
    """Publish a folder and return when all of it is searchable; raise SettingsError before anything is changed."""
    described = read_site(folder)
    known = _find(described, parts.sites)
    knowledge = read_knowledge(
        folder / KB, {} if known is None else read_before(parts.passages, known.id), parts.page_screen
    )
    site = (
        parts.sites.create(described.settings, described.key)
        if known is None
        else parts.sites.publish(known, described.settings)
    )
    language = language_of(site.settings.locale)
    written, removed = restock(
        parts.passages, site.id, knowledge.documents, language, file_digests=knowledge.file_digests
    )
    fill_meanings(parts.passages, site.id, parts.embedder, say_filled)
    return Applied(
        site,
        is_new=known is None,
        has_new_settings=known is not None and known.version != site.version,
        written=written,
        removed=removed,
        documents=len(knowledge.documents),
        warnings=(*knowledge.warnings, *hidden_warnings(knowledge.documents)),
    )


def hidden_warnings(documents: Iterable[Document]) -> Iterator[str]:
    """Yield what an owner should hear of documents that hide orders."""
    for document in filter(hides_orders, documents):
        yield f"{document.key} is marked for review: {', '.join(document.marks)}."


def find_site(key: str, sites: SiteBook) -> Site:
    """Return the site with this key; raise SettingsError that says where the keys are found."""
    try:
        return sites.site(key)
    except UnknownSite:
        raise SettingsError(f"There is no site with the key {key}; `python -m backend site list` names all.") from None


def say(sentence: str) -> None:
    """Tell a person something, away from what a program reads."""
    print(sentence, file=sys.stderr)


def say_filled(passages: int) -> None:
    say(f"{passages} passages read for their meaning")


def _find(described: Described, sites: SiteBook) -> Site | None:
    """Return the site that the folder describes: the one with its key, else the one with its name."""
    if described.key is None:
        return sites.find_by_name(described.settings.name)
    try:
        return sites.site(described.key)
    except UnknownSite:
        return None


def _apply(folder: Path, parts: SiteParts) -> int:
    applied = apply_folder(folder, parts)
    for warning in applied.warnings:
        say(f"Warning: {warning}")
    say(_summary(applied))
    print(applied.site.key)
    return 0


def _summary(applied: Applied) -> str:
    name = applied.site.settings.name
    if not applied.has_changed:
        return f"{name}: nothing has changed ({_count(applied.documents)})."
    did = "Published as a new site" if applied.is_new else f"Published version {applied.site.version}"
    if not applied.is_new and not applied.has_new_settings:
        did = "Settings unchanged"
    return f"{name}: {did}; {_count(applied.written)} written, {applied.removed} removed, {applied.documents} in all."


def _count(documents: int) -> str:
    return f"{documents} document{'' if documents == 1 else 's'}"


def _export(key: str, folder: Path, parts: SiteParts) -> int:
    site = find_site(key, parts.sites)
    documents = parts.passages.documents(site.id)
    files = {Path(FILE): write_site(site)}
    files |= {Path(KB, *path.parts): text for path, text in write_documents(documents)}
    _write_folder(folder, files)
    say(f"{site.settings.name}: written to {folder} ({_count(len(documents))}).")
    return 0


def _write_folder(folder: Path, files: dict[Path, str]) -> None:
    """Write files into a new or empty folder: in another, files that are there already would be applied as well."""
    try:
        if folder.exists() and any(folder.iterdir()):
            raise SettingsError(f"{folder}: the folder is not empty; name a new one.")
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise SettingsError(f"{folder}: it cannot be written: {error.strerror}.") from None


def _identity(key: str, parts: SiteParts, *, rotates: bool, turns_off: bool) -> int:
    site, identities = find_site(key, parts.sites), parts.identities
    if turns_off:
        identities.turn_off(site)
        say(f"{site.settings.name}: no user token counts any more.")
        return 0
    known = identities.secrets(site)
    if known and not rotates:
        print(known[0])
        return 0
    print(identities.rotate(site))
    if known:
        say(f"{site.settings.name}: a new secret. The one before it still counts until the next --rotate.")
    else:
        say(f"{site.settings.name}: tokens signed with this secret are believed. Keep it on your server.")
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
