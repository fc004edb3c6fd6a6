"""A visitor never reads what is for others, and reads in the visitor's own language where a page stands in several."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend.domain.errors import SettingsError
from backend.domain.knowledge import VISITOR, Audience
from backend.knowledge.index.stock import restock
from backend.knowledge.intake.documents import read_markdown
from backend.knowledge.intake.export import write_documents
from backend.knowledge.intake.folder import read_knowledge
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.store import Store
from tests.knowledge.conftest import Opens
from tests.servers import ROOT, environment_for, run_backend

STAFF = Audience("staff")
PAGES = {
    "a-notes.md": "---\naudience: staff\nurl: https://inside.example/refunds\n---\n# Refunds\n\nRefunds over 500 euros"
    " need Ada's signature, for every customer and in every shop of ours, without any exception at all.",
    "refunds.md": "# Refunds\n\nRefunds take 3 days.",
    "trade.md": "---\naudience: [partners, staff]\n---\n# Trade prices\n\nRefunds for partners take a month.",
}


def found(library: KnowledgeLibrary, site: object, question: str, audience: Audience = VISITOR) -> list[str]:
    return [hit.document for hit in library.search(site, question, audience=audience).passages]  # type: ignore[arg-type]


def test_a_page_for_staff_is_never_found_quoted_or_named_for_a_visitor(store: Store, open_shop: Opens) -> None:
    site, library = open_shop(PAGES), KnowledgeLibrary(store.passages)
    result = library.search(site, "refunds signature of Ada, trade prices")

    assert [each.document for each in result.passages] == ["refunds.md"]
    assert [each.key for each in result.whole] == ["refunds.md"]
    assert library.quote(site, "who signs refunds over 500 euros", result).documents == ("refunds.md",)
    assert library.hosts(site) == []


def test_staff_and_partners_find_their_own_pages_and_all_that_visitors_find(store: Store, open_shop: Opens) -> None:
    site, library = open_shop(PAGES), KnowledgeLibrary(store.passages)

    assert set(found(library, site, "refunds", STAFF)) == set(PAGES)
    assert set(found(library, site, "refunds", Audience("partners"))) == {"refunds.md", "trade.md"}
    assert found(library, site, "refunds", Audience("part")) == ["refunds.md"]


def test_many_pages_for_staff_do_not_crowd_out_the_one_for_visitors(store: Store, open_shop: Opens) -> None:
    pages = {f"{n}.md": f"---\naudience: staff\n---\n# Refunds {n}\n\nRefunds, refunds, case {n}." for n in range(120)}
    site, library = open_shop({**pages, "z.md": "# Paying\n\nSee also refunds."}), KnowledgeLibrary(store.passages)

    assert found(library, site, "refunds") == ["z.md"]


def test_a_page_for_staff_does_not_hide_a_page_of_the_same_words(store: Store, open_shop: Opens) -> None:
    text = "# Refunds\n\n" + "Refunds take three days in every shop, and are paid in the way in which you paid. " * 2
    site = open_shop({"a.md": f"---\naudience: staff\n---\n{text}", "b.md": text})

    assert found(KnowledgeLibrary(store.passages), site, "refunds") == ["b.md"]


def test_a_page_that_is_for_visitors_from_now_on_is_found(store: Store, open_shop: Opens) -> None:
    site, library = open_shop(PAGES), KnowledgeLibrary(store.passages)
    assert found(library, site, "trade prices") == []

    opened = {**PAGES, "trade.md": PAGES["trade.md"].replace("[partners, staff]", "visitors")}
    restock(store.passages, site.id, [read_markdown(text, path) for path, text in opened.items()], "en")

    assert found(library, site, "trade prices") == ["trade.md"]


@pytest.mark.parametrize(
    ("said", "audience"),
    [
        ("staff", ("staff",)),
        ("Staff, Partners", ("partners", "staff")),
        ("[partners, field-staff]", ("field-staff", "partners")),
        ("everyone", ()),
        ("[staff, visitors]", ()),
        ("", ()),
        ("[]", ()),
    ],
)
def test_the_audience_is_a_word_or_a_list(said: str, audience: tuple[str, ...]) -> None:
    assert read_markdown(f"---\naudience: {said}\n---\n# A", "a.md").audience == audience


@pytest.mark.parametrize("said", ["{a: b}", "5", "the staff", "st%ff", "[[staff]]", "[staff, 3]", "under_score"])
def test_an_audience_that_is_no_word_is_named(said: str) -> None:
    with pytest.raises(SettingsError, match="audience"):
        read_markdown(f"---\naudience: {said}\n---\n# A", "a.md")


def test_audience_and_language_come_back_from_an_exported_folder(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("---\naudience: [staff, partners]\nlang: nl\n---\n# Short\n\nOk.")
    (tmp_path / "b.md").write_text("# Refunds\n\nYou can have your money back if you ask for it within the first week.")
    documents = read_knowledge(tmp_path).documents
    exported = tmp_path / "exported"
    exported.mkdir()
    for path, text in write_documents(documents):
        (exported / path).write_text(text)

    assert [(each.language, each.audience) for each in documents] == [("nl", ("partners", "staff")), ("en", ())]
    assert read_knowledge(exported).documents == documents
    assert "lang" not in (exported / "b.md").read_text().partition("\n---")[0]


LANGUAGES = {
    "de.md": "---\nlang: de\n---\n# Tarif Pro\n\nTarif Pro: 12 Euro, API, Support.",
    "en.md": "---\nlang: en\n---\n# Tarif Pro\n\nTarif Pro: 12 euros, API, support.",
    "fr.md": "---\nlang: fr\n---\n# Tarif Max\n\nTarif Max: 40 euros, API.",
}


def test_of_a_page_in_several_languages_the_readers_own_comes_first(store: Store, open_shop: Opens) -> None:
    site, library = open_shop(LANGUAGES), KnowledgeLibrary(store.passages)

    for language in ("de", "en"):
        assert found(library, site, "Tarif Pro API", Audience(language=language))[0] == f"{language}.md"
    german = library.search(site, "Tarif Pro", audience=Audience(language="de"))
    assert german.confidence == library.search(site, "Tarif Pro", audience=Audience(language="en")).confidence


def test_an_answer_that_exists_in_another_language_alone_is_not_lost(store: Store, open_shop: Opens) -> None:
    site, library = open_shop(LANGUAGES), KnowledgeLibrary(store.passages)

    assert found(library, site, "Tarif Max", Audience(language="de"))[0] == "fr.md"
    assert found(library, site, "Tarif Max", Audience(language="fi"))[0] == "fr.md"
    assert found(library, site, "Tarif", Audience(only_language="en")) == ["en.md"]


def test_the_owner_searches_for_readers_and_lists_for_whom_pages_are(tmp_path: Path) -> None:
    environment = environment_for(tmp_path / "data")
    site = tmp_path / "shop"
    (site / "kb").mkdir(parents=True)
    (site / "site.toml").write_text((ROOT / "tests" / "larkmoor" / "site.toml").read_text())
    for name, text in {**PAGES, **LANGUAGES}.items():
        (site / "kb" / name).write_text(text)
    assert run_backend("migrate", environment=environment).returncode == 0
    key = run_backend("site", "apply", str(site), environment=environment).stdout.split()[-1]

    def search(*more: str) -> list[str]:
        asked = json.dumps({"id": 1, "question": "refunds or Tarif"})
        done = run_backend("kb", "search", "--site", key, "--json", *more, environment=environment, stdin=asked)
        assert done.returncode == 0, done.stderr
        return sorted(each["document"] for each in json.loads(done.stdout)["passages"])

    assert search() == ["de.md", "en.md", "fr.md", "refunds.md"]
    assert "a-notes.md" in search("--audience", "staff", "-k", "9")
    assert search("--language", "fr") == ["fr.md"]
    listed = run_backend("kb", "list", "--site", key, environment=environment).stdout
    assert "trade.md  Trade prices  (for partners, staff alone)" in listed
    shown = json.loads(run_backend("kb", "show", "--site", key, "a-notes.md", "--json", environment=environment).stdout)
    assert (shown["audience"], shown["language"]) == (["staff"], "en")
