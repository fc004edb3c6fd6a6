"""`kb add`, `kb list`, `kb show`, `kb remove`, `kb reindex`: the documents of a site, one by one.

Rules: with --json standard output holds JSON alone; what people read goes to standard error; a file that cannot be
read is named with what to do, and the others go on; what cannot be done at all changes nothing.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from backend.app import House
from backend.commands.output import TerminalProgress, print_json, say
from backend.commands.recording import record
from backend.domain.errors import SettingsError
from backend.domain.knowledge import Document
from backend.domain.site import Site
from backend.knowledge.intake import ENDINGS, Fetcher, names_of
from backend.services.add_documents import Added, add_documents, named_files
from backend.services.import_help_centre import import_help_centre
from backend.services.parts import SiteParts
from backend.services.reindex_site import reindex_site
from backend.services.remove_documents import remove_documents
from backend.services.show_documents import Shown, list_documents, show_document

ADDRESS = re.compile(r"https?://", re.I)
COMMANDS = ("add", "import", "list", "show", "remove", "reindex")


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands about documents to `kb`."""
    add = _command(commands, "add", "put files, folders of files and single web pages into a site's knowledge")
    add.description = (
        f"Reads {', '.join(sorted(ENDINGS))}. A document is known by the `id` in its front matter, else by its path in"
        " the folder, or its file's name; adding it again replaces it, without a moment in which it cannot be found."
        " `site apply` leaves alone what was added here."
    )
    add.add_argument("paths", nargs="+", metavar="PATH-or-URL", help="a file, a folder, or the address of one page")
    bring = _command(commands, "import", "bring in a help centre that stands elsewhere, by its export file")
    bring.description = (
        "Reads the JSON of Zendesk, Intercom, Help Scout and Freshdesk, the XML of WordPress and Freshdesk, or a table"
        " (CSV). Each published article becomes a document; importing again replaces it."
    )
    bring.add_argument("file", type=Path, metavar="FILE", help="the export")
    bring.add_argument(
        "--columns", default="", metavar="title=…,text=…,url=…", help="what a table's columns are called"
    )
    _command(commands, "list", "list a site's documents")
    show = _command(commands, "show", "show a document as it was read, and the passages it is found by")
    show.add_argument("id", help="as `kb list` prints it")
    show.add_argument("--passages", action="store_true", help="show the passages instead of the whole text")
    show.add_argument(
        "--left-out", action="store_true", help="show what of its file was left out: menus, what is hidden"
    )
    remove = _command(commands, "remove", "take documents out of a site's knowledge")
    remove.add_argument("ids", nargs="+", metavar="ID", help="as `kb list` prints it")
    _command(commands, "reindex", "make the index of a site anew; it answers meanwhile")


def run(args: argparse.Namespace, site: Site, parts: House, fetcher: Fetcher) -> int:
    """Run the command; raise SettingsError with one sentence when what was given cannot be used."""
    match args.kb_command:
        case "add":
            return _add(site, parts, args.paths, fetcher, as_json=args.json)
        case "import":
            return _import(site, parts, args.file, args.columns, as_json=args.json)
        case "list":
            return _list(site, parts, as_json=args.json)
        case "show":
            return _show(args, site, parts)
        case "remove":
            return _remove(site, parts, args.ids, as_json=args.json)
        case _:
            return _reindex(site, parts, as_json=args.json)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, does: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
    parser.add_argument("--site", required=True, metavar="KEY", help="the site's key, pk_…; `site list` names all")
    parser.add_argument("--json", action="store_true", help="print JSON, a line for each document")
    return parser


def _add(site: Site, parts: House, named: Sequence[str], fetcher: Fetcher, *, as_json: bool) -> int:
    addresses = [each for each in named if ADDRESS.match(each)]
    files = list(named_files([Path(each) for each in named if not ADDRESS.match(each)]))
    rows = add_documents(site, files, addresses, parts, fetcher, TerminalProgress())
    for row in rows:
        _print_added(row, as_json=as_json)
    if changed := [row.id for row in rows if row.status in ("added", "replaced")]:
        record("knowledge.added", site, parts, after=changed)
    return 0 if any(row.status != "left_out" for row in rows) else 1


def _import(site: Site, parts: House, file: Path, columns: str, *, as_json: bool) -> int:
    try:
        content = file.read_bytes()
    except OSError as problem:
        raise SettingsError(f"{file}: cannot be read: {problem.strerror}.") from None
    imported = import_help_centre(site, file.name, content, parts, dict(names_of(columns)), TerminalProgress())
    for row in imported.rows:
        _print_added(row, as_json=as_json)
    if imported.unpublished:
        say(f"{imported.unpublished} articles of {imported.source} were not published, and are left out.")
    if changed := [row.id for row in imported.rows if row.status in ("added", "replaced")]:
        record("knowledge.added", site, parts, after=changed)
    return 0 if any(row.status != "left_out" for row in imported.rows) else 1


def _print_added(row: Added, *, as_json: bool) -> None:
    if as_json:
        more = {"code": row.code, "why": row.why} if row.code else {"title": row.title, "marks": list(row.marks)}
        print_json({"id": row.id, "status": row.status, **more})
    elif row.code:
        say(f"left out   {row.id}: {row.why}")
    else:
        print(f"{row.status:<9}  {row.id}  {row.title}{_marks(row.marks)}")


def _list(site: Site, parts: SiteParts, *, as_json: bool) -> int:
    shown = list_documents(site, parts)
    for each in shown:
        document, twin = each.document, each.twin
        if as_json:
            print_json(_described(each))
        else:
            same = f"  (found as {twin})" if twin else ""
            print(f"{document.key}  {document.title}{_about(document)}{_marks(document.marks)}{same}")
    if not shown:
        say(f"{site.settings.name} has no documents yet; `kb add` puts some in.")
    return 0


def _show(args: argparse.Namespace, site: Site, parts: SiteParts) -> int:
    shown = show_document(site, args.id, parts)
    document, passages = shown.document, [(each.heading, each.text) for each in shown.passages]
    if args.left_out:
        _show_left_out(document, as_json=args.json)
    elif args.json:
        listed = [{"heading": heading, "text": text} for heading, text in passages]
        left_out = list(document.left_out)
        print_json({**_described(shown), "text": document.text, "passages": listed, "left_out": left_out})
    elif args.passages:
        print("\n\n".join(f"[{number}] {heading}\n{text}" for number, (heading, text) in enumerate(passages, start=1)))
    else:
        print(f"{document.title}{_about(document)}{_marks(document.marks)}\n{document.url}\n\n{document.text}")
    return 0


def _show_left_out(document: Document, *, as_json: bool) -> None:
    if as_json:
        print_json({"id": document.key, "left_out": list(document.left_out)})
    elif document.left_out:
        print("\n".join(document.left_out))
    else:
        say(f"Nothing was left out of {document.key}.")


def _remove(site: Site, parts: House, keys: Sequence[str], *, as_json: bool) -> int:
    for removed in remove_documents(site, keys, parts):
        record("knowledge.removed", site, parts, subject=removed.id)
        if as_json:
            print_json({"id": removed.id, "status": "removed"})
        else:
            print(f"removed  {removed.id}")
        if removed.comes_back:
            say(
                f"{removed.id} comes from the site's folder: the next `site apply` puts it in again while its file is"
                " there."
            )
    return 0


def _reindex(site: Site, parts: SiteParts, *, as_json: bool) -> int:
    documents = reindex_site(site, parts, TerminalProgress())
    if as_json:
        print_json({"documents": documents})
    else:
        print(f"{site.settings.name}: the index of {documents} documents is made anew.")
    return 0


def _described(shown: Shown) -> dict[str, object]:
    document = shown.document
    return {
        "id": document.key,
        "title": document.title,
        "url": document.url,
        "language": document.language,
        "audience": list(document.audience),
        "source": shown.source or "folder",
        "marks": list(document.marks),
        "found_as": shown.twin or document.key,
    }


def _about(document: Document) -> str:
    """Return the page's language and for whom alone it is, as far as either is known."""
    readers = f"for {', '.join(document.audience)} alone" if document.audience else ""
    said = [each for each in (document.language, readers) if each]
    return f"  ({'; '.join(said)})" if said else ""


def _marks(marks: Sequence[str]) -> str:
    return f"  [{', '.join(marks)}]" if marks else ""
