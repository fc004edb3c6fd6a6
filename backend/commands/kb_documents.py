"""`kb add`, `kb list`, `kb show`, `kb remove`, `kb reindex`: the documents of a site, one by one.

Rules: with --json standard output holds JSON alone; what people read goes to standard error; a file that cannot be
read is named with what to do, and the others go on; what cannot be done at all changes nothing.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from backend.commands.site import SiteParts, say, say_filled
from backend.domain.errors import SettingsError
from backend.domain.indexed import Stocked
from backend.domain.knowledge import Document
from backend.domain.ports import PageScreen
from backend.domain.site import Site
from backend.knowledge.index import ADDED, FOLDER, Change, fill_meanings, language_of, put_change, read_before, reindex
from backend.knowledge.intake import ENDINGS, Fetcher, NotFetched, SeparateReading, find_files, read_address, read_files

ADDRESS = re.compile(r"https?://", re.I)
COMMANDS = ("add", "list", "show", "remove", "reindex")


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one file: `status` is added, replaced, unchanged or left_out, the last with its code and why."""

    id: str
    status: str
    title: str = ""
    marks: tuple[str, ...] = ()
    code: str = ""
    why: str = ""


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands about documents to `kb`."""
    add = _command(commands, "add", "put files, folders of files and single web pages into a site's knowledge")
    add.description = (
        f"Reads {', '.join(sorted(ENDINGS))}. A document is known by the `id` in its front matter, else by its path in"
        " the folder, or its file's name; adding it again replaces it, without a moment in which it cannot be found."
        " `site apply` leaves alone what was added here."
    )
    add.add_argument("paths", nargs="+", metavar="PATH-or-URL", help="a file, a folder, or the address of one page")
    _command(commands, "list", "list a site's documents")
    show = _command(commands, "show", "show a document as it was read, and the passages it is found by")
    show.add_argument("id", help="as `kb list` prints it")
    show.add_argument("--passages", action="store_true", help="show the passages instead of the whole text")
    remove = _command(commands, "remove", "take documents out of a site's knowledge")
    remove.add_argument("ids", nargs="+", metavar="ID", help="as `kb list` prints it")
    _command(commands, "reindex", "make the index of a site anew; it answers meanwhile")


def run(args: argparse.Namespace, site: Site, parts: SiteParts, fetcher: Fetcher) -> int:
    """Run the command; raise SettingsError with one sentence when what was given cannot be used."""
    match args.kb_command:
        case "add":
            return _add(site, parts, args.paths, fetcher, as_json=args.json)
        case "list":
            return _list(site, parts, as_json=args.json)
        case "show":
            return _show(site, parts, args.id, as_json=args.json, passages_alone=args.passages)
        case "remove":
            return _remove(site, parts, args.ids, as_json=args.json)
        case _:
            return _reindex(site, parts, as_json=args.json)


def named_files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield every file to be read with its name in the knowledge base; raise SettingsError for a path without one."""
    for path in paths:
        if path.is_dir():
            files = list(find_files(path))
            if not files:
                raise SettingsError(
                    f"{path}: the folder holds no file that can be read ({', '.join(sorted(ENDINGS))})."
                )
            yield from ((file, file.relative_to(path).as_posix()) for file in files)
        elif path.is_file():
            yield path, path.name
        else:
            raise SettingsError(f"{path}: there is no such file or folder.")


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, does: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
    parser.add_argument("--site", required=True, metavar="KEY", help="the site's key, pk_…; `site list` names all")
    parser.add_argument("--json", action="store_true", help="print JSON, a line for each document")
    return parser


def _add(site: Site, parts: SiteParts, named: Sequence[str], fetcher: Fetcher, *, as_json: bool) -> int:
    book, language = parts.passages, language_of(site.settings.locale)
    addresses = [each for each in named if ADDRESS.match(each)]
    files = list(named_files([Path(each) for each in named if not ADDRESS.match(each)]))
    before = book.stocked(site.id)
    knowledge = read_files(iter(files), read_before(book, site.id), parts.page_screen)
    pages, unread = _read_addresses(addresses, fetcher, parts.page_screen)
    documents = [*knowledge.documents, *pages]
    put_change(book, site.id, Change(documents, ADDED, knowledge.file_digests), language)
    fill_meanings(book, site.id, parts.embedder, say_filled)
    after = book.stocked(site.id)
    rows = [_added(document, before.get(document.key), after[document.key]) for document in documents]
    left_out = (Added(each.name, "left_out", code=each.code, why=each.sentence) for each in knowledge.left_out)
    for row in (*rows, *left_out, *unread):
        _print_added(row, as_json=as_json)
    return 0 if documents else 1


def _read_addresses(
    addresses: Sequence[str], fetcher: Fetcher, screen: PageScreen
) -> tuple[list[Document], list[Added]]:
    """Return the pages at these addresses, and why others gave none."""
    pages: dict[str, Document] = {}
    unread = []
    with SeparateReading(screen=screen) as reader:
        for address in addresses:
            try:
                reading = read_address(address, fetcher, reader)
            except NotFetched as problem:
                unread.append(Added(address, "left_out", code=problem.code, why=f"{problem}."))
                continue
            if reading.document is None:
                why = reading.sentence or reading.mistake
                unread.append(Added(address, "left_out", code=reading.refused or "mistake", why=why))
            else:
                pages[reading.document.key] = reading.document
    return list(pages.values()), unread


def _added(document: Document, before: Stocked | None, after: Stocked) -> Added:
    is_as_before = before is not None and (before.digest, before.twin) == (after.digest, after.twin)
    status = "added" if before is None else "unchanged" if is_as_before else "replaced"
    return Added(document.key, status, document.title, document.marks)


def _print_added(row: Added, *, as_json: bool) -> None:
    if as_json:
        more = {"code": row.code, "why": row.why} if row.code else {"title": row.title, "marks": list(row.marks)}
        _print_json({"id": row.id, "status": row.status, **more})
    elif row.code:
        say(f"left out   {row.id}: {row.why}")
    else:
        print(f"{row.status:<9}  {row.id}  {row.title}{_marks(row.marks)}")


def _list(site: Site, parts: SiteParts, *, as_json: bool) -> int:
    documents, stocked = parts.passages.documents(site.id), parts.passages.stocked(site.id)
    for document in documents:
        twin = stocked[document.key].twin
        if as_json:
            _print_json(_described(document, stocked[document.key]))
        else:
            same = f"  (found as {twin})" if twin else ""
            print(f"{document.key}  {document.title}{_about(document)}{_marks(document.marks)}{same}")
    if not documents:
        say(f"{site.settings.name} has no documents yet; `kb add` puts some in.")
    return 0


def _show(site: Site, parts: SiteParts, key: str, *, as_json: bool, passages_alone: bool) -> int:
    document = parts.passages.document(site.id, key)
    if document is None:
        raise _unknown(site, [key])
    passages = [(each.heading, each.text) for each in parts.passages.passages_of(site.id, key)]
    if as_json:
        listed = [{"heading": heading, "text": text} for heading, text in passages]
        about = _described(document, parts.passages.stocked(site.id)[key])
        _print_json({**about, "text": document.text, "passages": listed})
    elif passages_alone:
        print("\n\n".join(f"[{number}] {heading}\n{text}" for number, (heading, text) in enumerate(passages, start=1)))
    else:
        print(f"{document.title}{_about(document)}{_marks(document.marks)}\n{document.url}\n\n{document.text}")
    return 0


def _remove(site: Site, parts: SiteParts, keys: Sequence[str], *, as_json: bool) -> int:
    stocked = parts.passages.stocked(site.id)
    unknown = [key for key in keys if key not in stocked]
    if unknown:
        raise _unknown(site, unknown)
    put_change(parts.passages, site.id, Change(gone=list(dict.fromkeys(keys))), language_of(site.settings.locale))
    for key in dict.fromkeys(keys):
        if as_json:
            _print_json({"id": key, "status": "removed"})
        else:
            print(f"removed  {key}")
        if stocked[key].origin.source == FOLDER:
            say(f"{key} comes from the site's folder: the next `site apply` puts it in again while its file is there.")
    return 0


def _reindex(site: Site, parts: SiteParts, *, as_json: bool) -> int:
    documents = reindex(parts.passages, site.id, language_of(site.settings.locale))
    fill_meanings(parts.passages, site.id, parts.embedder, say_filled)
    if as_json:
        _print_json({"documents": documents})
    else:
        print(f"{site.settings.name}: the index of {documents} documents is made anew.")
    return 0


def _described(document: Document, stocked: Stocked) -> dict[str, object]:
    return {
        "id": document.key,
        "title": document.title,
        "url": document.url,
        "language": document.language,
        "audience": list(document.audience),
        "source": stocked.origin.source or "folder",
        "marks": list(document.marks),
        "found_as": stocked.twin or document.key,
    }


def _unknown(site: Site, keys: Sequence[str]) -> SettingsError:
    named = ", ".join(repr(key) for key in keys)
    is_or_are = "is no document" if len(keys) == 1 else "are no documents"
    return SettingsError(f"{named} {is_or_are} of {site.settings.name}; `kb list --site {site.key}` names all.")


def _about(document: Document) -> str:
    """Return the page's language and for whom alone it is, as far as either is known."""
    readers = f"for {', '.join(document.audience)} alone" if document.audience else ""
    said = [each for each in (document.language, readers) if each]
    return f"  ({'; '.join(said)})" if said else ""


def _marks(marks: Sequence[str]) -> str:
    return f"  [{', '.join(marks)}]" if marks else ""


def _print_json(row: dict[str, object]) -> None:
    print(json.dumps(row, ensure_ascii=False), flush=True)
