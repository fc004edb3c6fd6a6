"""A question finds the page that answers it, in whatever words it comes, and knows when none does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.domain.knowledge import NOTHING_FOUND
from backend.domain.site import Safety
from backend.knowledge.index.stock import restock
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.store import Store
from tests.knowledge.conftest import SHOP, Opens, read_pages


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("I want to return my parcel", "returns.md"),
        ("do you deliver to austria", "delivery.md"),
        ("returning parcels", "returns.md"),
        ("delivry to switzerland", "delivery.md"),
        ("WHEN ARE YOU OPEN ON SATURDAY", "opening.md"),
        ("gift vuocher code", "vouchers.md"),
        ("Can you repair my bicycle’s lock?", "repairs.md"),
    ],
)
def test_a_question_finds_its_page(store: Store, open_shop: Opens, question: str, page: str) -> None:
    found = KnowledgeLibrary(store.passages).search(open_shop(), question)
    assert found.passages[0].document == page
    assert found.confidence > 0.3


@pytest.mark.parametrize("question", ["", "   ", "the of and", "🙂🙂", "?", "\x00", "zzxxqq", "who won the world cup"])
def test_a_question_that_nothing_answers_is_known_as_such(store: Store, open_shop: Opens, question: str) -> None:
    found = KnowledgeLibrary(store.passages).search(open_shop(), question)
    assert found.confidence < 0.2


def test_a_very_long_question_is_answered_as_well(store: Store, open_shop: Opens) -> None:
    question = "I bought a bicycle and now I would like to return it within the 30 days please. " * 50
    found = KnowledgeLibrary(store.passages).search(open_shop(), question)
    assert found.passages[0].document == "returns.md"


def test_of_a_text_of_unknown_words_a_dozen_are_put_right_each_once(store: Store, open_shop: Opens) -> None:
    site = open_shop()
    library = KnowledgeLibrary(store.passages)
    unknown = [f"zq{first}{second}rx" for first in "abcdefgh" for second in "abcdefgh"]
    repeated = library.search(site, "delivry " * 300 + " ".join(unknown))
    assert repeated.passages[0].document == "delivery.md"
    late = library.search(site, " ".join([*unknown, "delivry"]))
    assert "delivery.md" not in [passage.document for passage in late.passages]


def test_a_shop_that_knows_nothing_yet_finds_nothing(store: Store, open_shop: Opens) -> None:
    assert KnowledgeLibrary(store.passages).search(open_shop({}), "returns") == NOTHING_FOUND


def test_each_page_is_found_once_and_no_more_than_were_asked_for(store: Store, open_shop: Opens) -> None:
    found = KnowledgeLibrary(store.passages).search(open_shop(), "deliver return voucher repair hours", most=3)
    documents = [passage.document for passage in found.passages]
    assert len(documents) == len(set(documents)) == 3
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)


def test_a_new_page_is_found_at_once_and_a_removed_one_no_more(store: Store, open_shop: Opens) -> None:
    site, library = open_shop(), KnowledgeLibrary(store.passages)
    library.search(site, "parking")
    changed = {**SHOP, "parking.md": "# Parking\n\nPark behind the shop."}
    del changed["returns.md"]
    restock(store.passages, site.id, read_pages(changed), "en")
    assert library.search(site, "where can I park").passages[0].document == "parking.md"
    assert "returns.md" not in [passage.document for passage in library.search(site, "return a parcel").passages]


def test_the_same_pages_once_more_change_nothing(store: Store, open_shop: Opens) -> None:
    site = open_shop()
    revision = store.passages.revision(site.id)
    assert restock(store.passages, site.id, read_pages(SHOP), "en") == (0, 0)
    assert store.passages.revision(site.id) == revision


def test_one_shop_never_finds_what_another_knows(store: Store, open_shop: Opens) -> None:
    other = open_shop({"secret.md": "# Secret recipe\n\nThe secret recipe is thyme."}, name="Baker")
    library = KnowledgeLibrary(store.passages)
    assert library.search(other, "secret recipe").confidence > 0.5
    assert library.search(open_shop(), "secret recipe").hits == ()


def test_a_small_knowledge_base_goes_whole_into_the_prompt_in_a_stable_order(store: Store, open_shop: Opens) -> None:
    site, library = open_shop(), KnowledgeLibrary(store.passages)
    keys = [document.key for document in library.search(site, "returns").whole]
    assert keys == sorted(SHOP)
    assert [document.key for document in library.search(site, "zzz").whole] == keys


def test_a_large_knowledge_base_is_never_whole(store: Store, open_shop: Opens) -> None:
    pages = {f"{n}.md": f"# Page {n}\n\n" + "Many words about bicycles. " * 200 for n in range(12)}
    assert KnowledgeLibrary(store.passages).search(open_shop(pages), "bicycles").whole == ()


def test_a_german_shop_is_searched_in_german(store: Store, open_shop: Opens) -> None:
    pages = {
        "r.md": "# Rückgabe\n\nSie können Waren zurückgeben.",
        "l.md": "# Lieferung\n\nWir liefern nach Österreich.",
    }
    found = KnowledgeLibrary(store.passages).search(open_shop(pages, locale="de-AT"), "Liefert ihr auch Lieferungen?")
    assert found.passages[0].document == "l.md"


def test_a_japanese_page_is_found_by_its_words(store: Store, open_shop: Opens) -> None:
    pages = {"r.md": "# 返品について\n\n商品は三十日以内に返品できます。", "d.md": "# 配送\n\n平日に配送します。"}
    found = KnowledgeLibrary(store.passages).search(open_shop(pages, locale="ja"), "返品できますか")
    assert found.passages[0].document == "r.md"


@pytest.mark.parametrize(
    ("question", "begins", "holds"),
    [
        ("How do I return a parcel?", "", "1. Print the label.\n2. Bring it to a shop."),
        ("how long does delivery take", "", "Delivery takes 3 days"),
        ("what is a gift voucher", "A gift voucher is valid for three years.", ""),
        ("redeem my voucher", "To redeem a voucher:", "3. Press Redeem."),
        ("who pays the postage", "We pay for returns", ""),
    ],
)
def test_what_is_quoted_answers_the_question(
    store: Store, open_shop: Opens, question: str, begins: str, holds: str
) -> None:
    site, library = open_shop(), KnowledgeLibrary(store.passages)
    quoted = library.quote(site, question, library.search(site, question))
    assert quoted.text.startswith(begins)
    assert holds in quoted.text


def test_every_word_that_is_quoted_stands_in_the_page(store: Store, open_shop: Opens) -> None:
    site, library = open_shop(), KnowledgeLibrary(store.passages)
    for question in ("return", "delivery abroad", "voucher code", "hours on monday", "repair"):
        quoted = library.quote(site, question, library.search(site, question))
        assert quoted.text
        for line in quoted.text.split("\n"):
            assert line in SHOP[quoted.documents[0]]


def test_nothing_is_quoted_for_nothing(store: Store, open_shop: Opens) -> None:
    site, library = open_shop(), KnowledgeLibrary(store.passages)
    assert library.quote(site, "the of", NOTHING_FOUND).text == ""
    assert library.quote(site, "returns", NOTHING_FOUND).text == ""


def test_the_hosts_of_a_site_are_those_of_its_pages_and_of_their_links(store: Store, open_shop: Opens) -> None:
    pages = {
        "a.md": "---\nurl: https://Shop.example/a\n---\n# A\n\nTrack it at [the post](https://post.example:8443/track?x=1).",
        "b.md": "# B\n\nSee https://shop.example/b, or <https://news.example>.",
    }
    library = KnowledgeLibrary(store.passages)
    site = open_shop(pages)
    assert library.hosts(site) == ["news.example", "post.example", "shop.example"]
    guarded = replace(site, settings=replace(site.settings, safety=Safety(protected=("b*",))))
    assert library.hosts(guarded) == ["post.example", "shop.example"]  # what is internal names no host to visitors
    assert library.hosts(open_shop({}, name="Another shop")) == []


CODES = {
    "printer.md": "# Printer HP-1040/B\n\nThe toner costs 40 euros. E-04 means that the door is open.",
    "pump.md": "# Fault E17B\n\nThe pump is blocked. Clean the filter with warm water.",
    "parts.txt": "\n".join(f"FX-{number};Widget {number};{number * 3},50" for number in range(10, 90)),
    "hours.md": "# Opening hours\n\nMon-Fri: 9-18\nSat: 10-14\nSun: closed",
}


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("HP1040B", "printer.md"),
        ("what does the hp-1040b cost", "printer.md"),
        ("E04", "printer.md"),
        ("E-17B", "pump.md"),
        ("e\u00ad17b", "pump.md"),
        ("to\u200bner", "printer.md"),
        ("fx77", "parts.txt"),
    ],
)
def test_a_code_is_found_however_it_is_written(store: Store, open_shop: Opens, question: str, page: str) -> None:
    site = open_shop(CODES)
    assert KnowledgeLibrary(store.passages).search(site, question).hits[0].passage.document == page


def test_of_a_file_of_lines_the_line_that_was_asked_for_is_quoted(store: Store, open_shop: Opens) -> None:
    site, library = open_shop(CODES), KnowledgeLibrary(store.passages)
    quoted = library.quote(site, "price of FX-77", library.search(site, "price of FX-77"))
    assert quoted.text == "FX-77;Widget 77;231,50"


def test_opening_hours_are_quoted_with_their_lines(store: Store, open_shop: Opens) -> None:
    site, library = open_shop(CODES), KnowledgeLibrary(store.passages)
    quoted = library.quote(site, "opening hours on sat", library.search(site, "opening hours on sat"))
    assert quoted.text == "Mon-Fri: 9-18\nSat: 10-14\nSun: closed"


def test_the_one_code_of_a_pasted_log_finds_its_page(store: Store, open_shop: Opens) -> None:
    site = open_shop({**SHOP, **CODES})
    line = "2026-11-28 INFO delivery of the voucher to the printer failed, hours and return were asked for again;"
    log = " ".join([*[line] * 20, "code E-17B", *[line] * 14])
    assert KnowledgeLibrary(store.passages).search(site, log).hits[0].passage.document == "pump.md"
