"""The book of passages, on every database."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from backend.domain.errors import UnknownSite
from backend.domain.indexed import Cut, CutPassage, Origin, Stocked, TermStatistics
from backend.domain.knowledge import Audience, Document
from backend.domain.site import Site
from backend.store import Store


def cut(key: str, *impacts: Mapping[str, int], title: str = "Title", marks: tuple[str, ...] = ()) -> Cut:
    document = Document(key, title, f"https://tea.example/{key}", f"The text of {key}.", marks)
    passages = [CutPassage(f"Heading {n}", f"Passage {n} of {key}.", each) for n, each in enumerate(impacts)]
    return Cut(document, passages)


def put(store: Store, site: Site, *cuts: Cut, gone: Sequence[str] = ()) -> None:
    store.passages.put(site.id, [(each, f"digest of {each.document.key}") for each in cuts], gone)


def found(store: Store, site: Site, weights: Mapping[str, int], most: int = 10) -> list[tuple[str, str, int]]:
    return [(hit.document, hit.heading, score) for hit, score in store.passages.best(site.id, weights, most)]


def test_documents_are_read_as_they_were_put_in_the_order_of_their_keys(store: Store, site: Site) -> None:
    put(store, site, cut("b"), cut("a", {"tea": 1}, marks=("suspicious",)), cut("B"), cut("ä"))

    assert [each.key for each in store.passages.documents(site.id)] == ["B", "a", "b", "ä"]
    assert store.passages.documents(site.id)[1] == cut("a", marks=("suspicious",)).document
    assert store.passages.digests(site.id) == {key: f"digest of {key}" for key in ("a", "b", "B", "ä")}


def test_the_passage_that_weighs_most_comes_first(store: Store, site: Site) -> None:
    put(store, site, cut("green", {"tea": 5, "green": 9}, {"tea": 7}), cut("black", {"tea": 8, "black": 9}))

    assert found(store, site, {"tea": 2, "green": 3}) == [
        ("green", "Heading 0", 5 * 2 + 9 * 3),
        ("black", "Heading 0", 8 * 2),
        ("green", "Heading 1", 7 * 2),
    ]


def test_a_found_passage_comes_with_its_document(store: Store, site: Site) -> None:
    put(store, site, cut("green", {"tea": 5}, title="Green tea"))

    ((passage, _),) = store.passages.best(site.id, {"tea": 1}, 5)

    assert (passage.document, passage.title, passage.url) == ("green", "Green tea", "https://tea.example/green")
    assert (passage.heading, passage.text) == ("Heading 0", "Passage 0 of green.")


def test_passages_that_weigh_the_same_come_in_the_order_in_which_they_were_put(store: Store, site: Site) -> None:
    put(store, site, cut("c", {"tea": 1}, {"tea": 1}), cut("a", {"tea": 1}), cut("b", {"tea": 1}))

    assert [document for document, _, _ in found(store, site, {"tea": 1})] == ["c", "c", "a", "b"]
    assert [document for document, _, _ in found(store, site, {"tea": 1}, most=3)] == ["c", "c", "a"]


def test_a_question_without_known_words_finds_nothing(store: Store, site: Site) -> None:
    put(store, site, cut("a", {"tea": 1}))

    assert found(store, site, {}) == []
    assert found(store, site, {"coffee": 1}) == []


def test_weights_larger_than_any_machine_word_of_32_bits_are_summed_exactly(store: Store, site: Site) -> None:
    put(store, site, cut("a", {"tea": 2_000_000_000}))

    assert found(store, site, {"tea": 3_000_000_000}) == [("a", "Heading 0", 6_000_000_000_000_000_000)]


def test_the_words_of_one_site_never_find_the_passages_of_another(store: Store, site: Site, other_site: Site) -> None:
    put(store, site, cut("tea", {"cup": 1}))
    put(store, other_site, cut("coffee", {"cup": 9}), cut("tea", {"mug": 1}))

    assert [document for document, _, _ in found(store, site, {"cup": 1, "mug": 1})] == ["tea"]
    assert store.passages.statistics(site.id, ["cup", "mug"]) == TermStatistics(1, {"cup": 1, "mug": 0})
    assert store.passages.vocabulary(site.id) == {"cup": 1}
    assert [each.key for each in store.passages.documents(site.id)] == ["tea"]


def test_removing_a_document_of_one_site_leaves_another_sites_document_of_that_name(
    store: Store, site: Site, other_site: Site
) -> None:
    put(store, site, cut("tea", {"cup": 1}))
    put(store, other_site, cut("tea", {"cup": 1}))

    put(store, site, gone=["tea"])

    assert store.passages.documents(site.id) == []
    assert found(store, other_site, {"cup": 1}) == [("tea", "Heading 0", 1)]
    assert store.passages.statistics(other_site.id, ["cup"]) == TermStatistics(1, {"cup": 1})


def test_statistics_stay_right_through_any_changes(store: Store, site: Site) -> None:
    chance, held = random.Random(4), {}
    words = ["tea", "cup", "leaf", "water", "kettle", "steam"]
    for _ in range(12):
        changed = {
            f"doc{chance.randrange(6)}": [
                {word: chance.randrange(1, 9) for word in chance.sample(words, 3)} for _ in range(chance.randrange(4))
            ]
            for _ in range(3)
        }
        gone = [key for key in chance.sample(sorted(held), min(2, len(held))) if key not in changed]
        put(store, site, *(cut(key, *passages) for key, passages in changed.items()), gone=gone)
        held = {key: passages for key, passages in {**held, **changed}.items() if key not in gone}

        passages = [passage for each in held.values() for passage in each]
        counts = Counter(word for passage in passages for word in passage)
        assert store.passages.vocabulary(site.id) == counts
        assert store.passages.statistics(site.id, words) == TermStatistics(
            len(passages), {word: counts[word] for word in words}
        )
        assert Counter(document for document, _, _ in found(store, site, dict.fromkeys(words, 1), 99)) == Counter(
            {key: len(passages) for key, passages in held.items() if passages}
        )


def test_every_change_of_the_documents_is_a_new_revision(store: Store, site: Site, other_site: Site) -> None:
    first, others = store.passages.revision(site.id), store.passages.revision(other_site.id)
    put(store, site, cut("a", {"tea": 1}))
    second = store.passages.revision(site.id)
    put(store, site, gone=["a"])
    third = store.passages.revision(site.id)
    put(store, site)

    assert len({first, second, third}) == 3
    assert store.passages.revision(site.id) == third
    assert store.passages.revision(other_site.id) == others


def test_synonyms_are_kept_with_their_site_and_are_a_new_revision(store: Store, site: Site, other_site: Site) -> None:
    before = store.passages.revision(site.id)
    assert list(store.passages.synonyms(site.id)) == []
    store.passages.set_synonyms(site.id, [("fleece", "jumper"), ("größe", "尺寸")])
    assert list(store.passages.synonyms(site.id)) == [("fleece", "jumper"), ("größe", "尺寸")]
    assert list(store.passages.synonyms(other_site.id)) == []
    assert store.passages.revision(site.id) != before
    with pytest.raises(UnknownSite):
        store.passages.set_synonyms(10_000, [])


def test_an_unknown_site_takes_no_documents(store: Store, site: Site) -> None:
    with pytest.raises(UnknownSite):
        store.passages.put(site.id + 1, [(cut("a", {"tea": 1}), "digest")])
    with pytest.raises(UnknownSite):
        store.passages.revision(site.id + 1)


def test_what_has_changed_is_read_without_all_the_rest(store: Store, site: Site) -> None:
    passages = store.passages
    put(store, site, *(replace(cut(key, {key: 1}), hosts=("tea.example", f"{key}.example")) for key in "abc"))
    first = passages.outlines(site.id, 0, 2)
    assert [(each.key, each.title, each.characters, each.hosts, each.twin) for each in first] == [
        (key, "Title", len(f"The text of {key}."), ("tea.example", f"{key}.example"), "") for key in "ab"
    ]
    (third,) = passages.outlines(site.id, first[-1].id, 2)
    words = passages.words(site.id, 0, 10)
    assert [word for _, word in words] == ["a", "b", "c"]

    put(store, site, cut("b", {"tea": 1}), gone=["c"])

    (new,) = passages.outlines(site.id, third.id, 10)
    assert (new.key, new.hosts) == ("b", ())
    assert sorted(passages.document_ids(site.id)) == [first[0].id, new.id]
    assert [word for _, word in passages.words(site.id, words[-1][0], 10)] == ["tea"]


def test_passages_tell_which_words_they_hold(store: Store, site: Site) -> None:
    put(store, site, cut("a", {"tea": 5, "cup": 1}, {"tea": 4}, {"pot": 3}))
    one, two, three = (passage.id for passage in store.passages.passages_of(site.id, "a"))

    held = store.passages.terms_in(site.id, ["tea", "cup", "milk"], [one, two, three])

    assert held == {one: {"tea", "cup"}, two: {"tea"}}
    assert store.passages.terms_in(site.id + 1, ["tea"], [one]) == {}
    assert store.passages.terms_in(site.id, [], [one]) == store.passages.terms_in(site.id, ["tea"], []) == {}


def test_a_reader_finds_what_is_for_this_reader_and_in_this_language(store: Store, site: Site) -> None:
    def page(key: str, language: str, *audience: str) -> Cut:
        made = cut(key, {"tea": 1})
        return replace(made, document=replace(made.document, language=language, audience=audience))

    def read(audience: Audience, most: int = 9) -> str:
        return "".join(hit.document for hit, _ in store.passages.best(site.id, {"tea": 1}, most, audience))

    put(store, site, page("s", "en", "staff"), page("b", "de", "staff", "partners"), page("v", "en"), page("w", "de"))

    assert (read(Audience()), read(Audience(), most=1)) == ("vw", "v")
    assert (read(Audience("staff")), read(Audience("partners")), read(Audience("st"))) == ("sbvw", "bvw", "vw")
    assert (read(Audience(only_language="de")), read(Audience("staff", only_language="de"))) == ("w", "bw")
    assert store.passages.documents(site.id)[0].audience == ("staff", "partners")


def test_a_change_that_fails_leaves_everything_as_it_was(store: Store, site: Site) -> None:
    put(store, site, cut("a", {"tea": 1}))
    revision = store.passages.revision(site.id)

    with pytest.raises(Exception, match=r"(?i)unique"):
        put(store, site, cut("a", {"cup": 1}), cut("same", {"cup": 1}), cut("same", {"cup": 1}))

    assert found(store, site, {"tea": 1, "cup": 1}) == [("a", "Heading 0", 1)]
    assert store.passages.vocabulary(site.id) == {"tea": 1}
    assert store.passages.revision(site.id) == revision


def test_documents_stay_findable_while_they_are_replaced(store: Store, site: Site) -> None:
    cuts = [cut(f"doc{number}", {"tea": 1, f"word{number}": 2}) for number in range(40)]
    put(store, site, *cuts)
    replacing = threading.Thread(target=lambda: [put(store, site, *cuts) for _ in range(5)])

    replacing.start()
    searches = 0
    while replacing.is_alive():
        assert len(store.passages.best(site.id, {"tea": 1}, 100)) == 40
        assert len(store.passages.documents(site.id)) == 40
        searches += 1
    replacing.join()

    assert searches > 0


def test_two_who_change_a_site_at_once_both_succeed(store: Store, site: Site) -> None:
    def change(name: str) -> None:
        for number in range(8):
            put(store, site, cut(name, {"tea": 1, f"word{number}": 1}), cut("shared", {"tea": 1, name: 1}))

    threads = [threading.Thread(target=change, args=(name,)) for name in ("left", "right")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert store.passages.statistics(site.id, ["tea"]) == TermStatistics(3, {"tea": 3})
    assert sorted(document for document, _, _ in found(store, site, {"tea": 1})) == ["left", "right", "shared"]


def test_a_document_is_kept_with_where_it_comes_from(store: Store, site: Site, other_site: Site) -> None:
    from_a_crawl = Origin("https://tea.example/", "f1")
    green = replace(cut("green", {"tea": 5}, {"tea": 3}), origin=from_a_crawl, fingerprint="same")
    twin = replace(cut("green/copy"), fingerprint="same", twin="green")
    put(store, site, green, twin)
    put(store, other_site, cut("green", {"tea": 1}))

    assert store.passages.stocked(site.id) == {
        "green": Stocked("digest of green", from_a_crawl, "same", ""),
        "green/copy": Stocked("digest of green/copy", Origin(), "same", "green"),
    }
    assert [each.key for each in store.passages.documents(site.id, with_twins=False)] == ["green"]
    assert store.passages.document(site.id, "green") == green.document
    assert store.passages.document(site.id, "black") is None
    assert [each.heading for each in store.passages.passages_of(site.id, "green")] == ["Heading 0", "Heading 1"]

    revision = store.passages.revision(site.id)
    store.passages.note_files(site.id, {"green": "f2", "black": "f3"})
    assert store.passages.stocked(site.id)["green"].origin == Origin("https://tea.example/", "f2")
    assert store.passages.stocked(other_site.id)["green"].origin == Origin()
    assert store.passages.revision(site.id) == revision


def test_what_is_kept_of_a_meaning_stays_with_the_words(store: Store, site: Site, other_site: Site) -> None:
    put(store, site, cut("green", {"tea": 5}, {"tea": 3}), cut("black", {"tea": 1}))
    put(store, other_site, cut("green", {"tea": 5}))
    first, second, third = store.passages.without_meaning(site.id, 0, 10, "one")
    assert (first.document, first.title, first.heading, first.text) == (
        "green",
        "Title",
        "Heading 0",
        "Passage 0 of green.",
    )
    assert store.passages.without_meaning(site.id, first.id, 1, "one") == [second]

    store.passages.keep_meanings(site.id, {first.id: b"\x00\x01", second.id: b"\xff", 10_000: b"gone"}, "one")
    store.passages.keep_meanings(other_site.id, {third.id: b"not theirs"}, "one")
    store.passages.keep_meanings(site.id, {}, "one")
    ids = [first.id, second.id, third.id]
    assert store.passages.meanings(site.id, ids, "one") == {first.id: b"\x00\x01", second.id: b"\xff"}
    assert store.passages.meanings(other_site.id, ids, "one") == {}
    assert store.passages.meanings(site.id, [], "one") == {}
    assert store.passages.without_meaning(site.id, 0, 10, "one") == [third]

    put(store, site, cut("green", {"tea": 5}, {"cup": 3}, {"leaf": 1}))  # two passages with their words, and a new one
    kept, _, new = store.passages.passages_of(site.id, "green")
    assert store.passages.meanings(site.id, [kept.id], "one") == {kept.id: b"\x00\x01"}
    assert store.passages.without_meaning(site.id, 0, 10, "one") == [third, new]
    put(store, site, cut("green", {"tea": 5}, title="Another title"))
    assert [each.document for each in store.passages.without_meaning(site.id, 0, 10, "one")] == ["black", "green"]


def test_what_one_model_has_made_is_nothing_to_another(store: Store, site: Site) -> None:
    put(store, site, cut("green", {"tea": 5}, {"tea": 3}))
    first, second = store.passages.without_meaning(site.id, 0, 10, "one")
    store.passages.keep_meanings(site.id, {first.id: b"1", second.id: b"1"}, "one")
    assert store.passages.meanings(site.id, [first.id], "another") == {}
    assert store.passages.without_meaning(site.id, 0, 10, "another") == [first, second]

    store.passages.keep_meanings(site.id, {first.id: b"2"}, "another")
    assert store.passages.meanings(site.id, [first.id, second.id], "another") == {first.id: b"2"}
    assert store.passages.meanings(site.id, [first.id, second.id], "one") == {second.id: b"1"}
    put(store, site, cut("green", {"tea": 5}, {"tea": 3}))  # the same words again
    kept, _ = store.passages.passages_of(site.id, "green")
    assert store.passages.meanings(site.id, [kept.id], "another") == {kept.id: b"2"}
