"""`kb` puts documents into a site's knowledge, shows them and takes them out; each mistake is one clear sentence."""

from __future__ import annotations

import argparse
import io
import json
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from backend.app import House
from backend.commands import kb
from backend.domain.errors import SettingsError
from backend.knowledge.intake.crawl.fetching import Fetcher
from backend.knowledge.intake.crawl.rules import read_rules
from backend.network.public import Permitted
from backend.services.apply_folder import apply_folder
from backend.settings import read_settings
from tests.databases import make_tables
from tests.knowledge.files import docx, paragraph, scanned_pdf

SITE = "pk_bicycleshop"
SETTINGS = f'key = "{SITE}"\nname = "Bicycle shop"\norigins = ["https://shop.example"]\n'
Kb = Callable[..., tuple[int, list[dict[str, object]], str]]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A shop with one page in its folder."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "site" / "kb").mkdir(parents=True)
    (folder / "site" / "site.toml").write_text(SETTINGS)
    (folder / "site" / "kb" / "returns.md").write_text("# Returns\n\nWithin 30 days.")
    house = House(read_settings({"MODEL_PROVIDER": "embedded"}, folder))
    make_tables(house.settings.database_url)
    apply_folder(folder / "site", house)
    yield house
    house.close()


@pytest.fixture
def run_kb(house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Kb:
    """Return a function that runs `kb …`, and gives its exit code, its JSON lines and its sentences."""

    def run(
        command: str, *arguments: str, stdin: str = "", permitted: Permitted | None = None
    ) -> tuple[int, list[dict[str, object]], str]:
        parser = argparse.ArgumentParser()
        kb.add_parser(parser.add_subparsers())
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        fetcher = Fetcher(read_rules(), permitted)
        try:
            code = kb.run(parser.parse_args(["kb", command, "--site", SITE, "--json", *arguments]), house, fetcher)
        except SettingsError as mistake:
            return 2, [], f"{mistake}\n"
        said = capsys.readouterr()
        return code, [json.loads(line) for line in said.out.splitlines()], said.err

    return run


def test_a_folder_is_added_found_shown_and_removed(run_kb: Kb, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "delivery.docx").write_bytes(docx(paragraph("Delivery takes three days.")))
    (tmp_path / "repairs.md").write_text("---\nid: repairs\n---\n# Repairs\n\nWe repair on Tuesdays.")
    (tmp_path / "scan.pdf").write_bytes(scanned_pdf())

    code, rows, _ = run_kb("add", str(tmp_path))
    assert code == 0
    assert {row["id"]: row["status"] for row in rows} == {
        "deep/delivery.docx": "added",
        "repairs": "added",
        "scan.pdf": "left_out",
    }
    assert [row["code"] for row in rows if row["status"] == "left_out"] == ["scanned"]

    _, found, _ = run_kb("search", stdin='{"id": 1, "question": "How long does delivery take?"}')
    assert found[0]["passages"][0]["document"] == "deep/delivery.docx"  # type: ignore[index]

    _, listed, _ = run_kb("list")
    assert [(row["id"], row["source"]) for row in listed] == [
        ("deep/delivery.docx", "added"),
        ("repairs", "added"),
        ("returns.md", "folder"),
    ]

    _, (shown,), _ = run_kb("show", "repairs")
    assert shown["text"] == "# Repairs\n\nWe repair on Tuesdays."
    assert shown["passages"] == [{"heading": "", "text": "We repair on Tuesdays."}]

    _, again, _ = run_kb("add", str(tmp_path / "repairs.md"))
    assert [row["status"] for row in again] == ["unchanged"]

    code, gone, _ = run_kb("remove", "repairs", "deep/delivery.docx")
    assert (code, [row["id"] for row in gone]) == (0, ["repairs", "deep/delivery.docx"])
    assert [row["id"] for row in run_kb("list")[1]] == ["returns.md"]


def test_adding_the_same_again_changes_nothing(run_kb: Kb, tmp_path: Path) -> None:
    (tmp_path / "hours.md").write_text("# Hours\n\nFrom nine to six.")
    assert [row["status"] for row in run_kb("add", str(tmp_path))[1]] == ["added"]
    assert [row["status"] for row in run_kb("add", str(tmp_path))[1]] == ["unchanged"]
    (tmp_path / "hours.md").write_text("# Hours\n\nFrom ten to six.")
    assert [row["status"] for row in run_kb("add", str(tmp_path))[1]] == ["replaced"]
    run_kb("remove", "hours.md")


def test_the_index_can_be_made_anew(run_kb: Kb) -> None:
    assert run_kb("reindex")[:2] == (0, [{"documents": 1}])


@pytest.mark.parametrize(
    ("command", "arguments", "named"),
    [
        ("add", ["no/such/file.md"], "no/such/file.md"),
        ("add", ["/"], ""),
        ("show", ["nothing.md"], "'nothing.md'"),
        ("remove", ["returns.md", "nothing.md"], "'nothing.md'"),
    ],
)
def test_what_cannot_be_done_is_named_and_changes_nothing(
    run_kb: Kb, tmp_path: Path, command: str, arguments: list[str], named: str
) -> None:
    given = [str(tmp_path) if each == "/" else each for each in arguments]
    code, rows, said = run_kb(command, *given)
    assert (code, rows) == (2, [])
    assert named in said
    assert said.count("\n") == 1
    assert [row["id"] for row in run_kb("list")[1]] == ["returns.md"]


def test_nothing_but_files_that_cannot_be_read_is_a_failure(run_kb: Kb, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(scanned_pdf())
    code, rows, _ = run_kb("add", str(tmp_path / "scan.pdf"))
    assert (code, rows[0]["code"]) == (1, "scanned")


def test_a_page_that_would_come_back_is_said_to(run_kb: Kb) -> None:
    _, _, said = run_kb("remove", "returns.md")
    assert "site apply" in said


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Permitted]:
    """A web site on loopback with two pages."""
    prose = "We answer whatever you want to know about it, on every day but Sunday, from nine in the morning to six."
    for name, links in (("index.html", '<a href="/bells.html">Bells</a>'), ("bells.html", "")):
        (tmp_path / name).write_text(f"<main><h1>{name}</h1><p>All of {name}. {prose}</p>{links}</main>")
    handler = partial(QuietFiles, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        yield Permitted("127.0.0.1", server.server_address[1])
        server.shutdown()
        serving.join()


class QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, *_said: object) -> None: ...


def test_one_page_of_the_web_is_added_and_kept_by_its_address(run_kb: Kb, web: Permitted) -> None:
    address = f"http://127.0.0.1:{web.port}/bells.html"
    code, rows, _ = run_kb("add", address, f"http://127.0.0.1:{web.port}/nothing", permitted=web)
    assert (code, rows[0]["id"], rows[0]["status"]) == (0, address, "added")
    assert rows[1]["code"] == "status_404"
    run_kb("remove", address)


def test_an_address_inside_is_not_added(run_kb: Kb, web: Permitted) -> None:
    code, rows, _ = run_kb("add", "http://169.254.169.254/latest/meta-data/")
    assert (code, rows[0]["code"]) == (1, "not_public")


def test_a_site_is_crawled_listed_and_forgotten(run_kb: Kb, web: Permitted) -> None:
    start = f"http://127.0.0.1:{web.port}/"
    code, rows, said = run_kb("crawl", start, "--every", "24", permitted=web)
    assert (code, sorted(str(row["url"]) for row in rows)) == (0, [start, f"{start}bells.html"])
    assert "2 written" in said
    (crawl,) = run_kb("crawls")[1]
    assert (crawl["start"], crawl["state"], crawl["every_hours"]) == (start, "done", 24)
    assert crawl["pages"] == {"written": 2}
    assert [row["state"] for row in run_kb("crawls", start)[1]] == ["written", "written"]
    run_kb("crawl", start, "--forget")
    assert run_kb("crawls")[1] == []
    assert start not in [row["id"] for row in run_kb("list")[1]]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["http://127.0.0.1/"], "not on the public network"),
        (["ftp://shop.example/"], "http"),
        (["https://shop.example/", "--most", "0"], "--most"),
        (["https://shop.example/", "--every", "-1"], "--every"),
        (["https://shop.example/never/", "--forget"], "has not been crawled"),
    ],
)
def test_a_crawl_that_cannot_be_says_why(run_kb: Kb, arguments: list[str], named: str) -> None:
    code, rows, said = run_kb("crawl", *arguments)
    assert (code, rows) == (2, [])
    assert named in said
