"""What is quoted of a page: the part that answers, nothing that orders a model about, in reading order."""

from __future__ import annotations

import pytest

from backend.knowledge.quoting.asked import Kinds
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.store import Store
from tests.knowledge.conftest import SHOP, Opens

CASE = (
    "# Error 42 while printing labels\n\nPROBLEM When you print a label, error 42 is shown and the label stays blank."
    "\n\nCAUSE The printer does not know the size of the paper.\n\nRESOLVING THE PROBLEM Choose the paper A6 in the "
    "printer's own menu.\n\nThen restart the till.\n\nRELATED INFORMATION Labels, printers and error 42: an overview."
)


def quoted(store: Store, open_shop: Opens, page: str, question: str) -> str:
    site, library = open_shop({**SHOP, "page.md": page}), KnowledgeLibrary(store.passages)
    return library.quote(site, question, library.search(site, question)).text


def test_of_a_case_the_resolution_is_quoted_and_what_only_adds_is_not(store: Store, open_shop: Opens) -> None:
    text = quoted(store, open_shop, CASE, "error 42 and a blank label when I print")
    assert "RESOLVING THE PROBLEM Choose the paper A6" in text
    assert "RELATED INFORMATION" not in text


def test_the_part_that_answers_may_be_a_heading(store: Store, open_shop: Opens) -> None:
    page = (
        "# Error 42\n\n## Symptoms\n\nError 42 is shown on the till.\n\n## Environment\n\nTills of 2019."
        "\n\n## Resolution\n\nHold the green key for ten seconds."
    )
    assert "Hold the green key" in quoted(store, open_shop, page, "the till shows error 42, what now")


def test_a_sentence_that_only_repeats_the_title_is_left_out(store: Store, open_shop: Opens) -> None:
    page = "# Lending of cargo bicycles\n\nLending of our cargo bicycles. A day costs 20 euros."
    assert quoted(store, open_shop, page, "lending of cargo bicycles") == "A day costs 20 euros."


def test_what_was_asked_and_is_said_at_once_is_answered_briefly(store: Store, open_shop: Opens) -> None:
    page = "# Lending\n\nWe lend cargo bicycles on weekdays.\n\n" + "\n\n".join(
        f"Bicycle number {number} is painted in a colour that we like, and it has a bell." for number in range(30)
    )
    text = quoted(store, open_shop, page, "lend cargo bicycles weekdays")
    assert text.startswith("We lend cargo bicycles on weekdays.")
    assert len(text.split()) < 100


def test_what_stands_behind_the_best_sentence_is_read_on_where_it_does_not_say_all(
    store: Store, open_shop: Opens
) -> None:
    page = (
        "# Winter\n\nIce on the road asks for care of your bicycle. Let the air out to two bars. Ride without haste."
        "\n\nOur summer opening hours are on the door."
    )
    text = quoted(store, open_shop, page, "ice on the road: is my bicycle from last year safe with old tyres?")
    assert "asks for care of your bicycle. Let the air out to two bars. Ride without haste." in text


def test_a_long_question_is_answered_though_much_of_it_is_not_repeated(store: Store, open_shop: Opens) -> None:
    site, library = open_shop({**SHOP, "page.md": TENTS}), KnowledgeLibrary(store.passages)

    def coverage(question: str) -> float:
        return library.quote(site, question, library.search(site, question)).coverage

    told = "We pitched our tent under some zebras near Lisbon and slept badly, sad to say: can I return a tent?"
    assert coverage(told) > 2 * coverage("tent zebras Lisbon") > 0


def test_runs_of_one_page_come_in_reading_order(store: Store, open_shop: Opens) -> None:
    filling = "\n\n".join(f"Our workshop number {number} is very large and bright." for number in range(12))
    page = f"# Winter\n\nSpikes for ice cost 40 euros.\n\n{filling}\n\nStorage of a bicycle until spring is free."
    text = quoted(store, open_shop, page, "how much are spikes and storage until spring and a service in winter")
    assert text.index("Spikes for ice") < text.index("Storage of a bicycle")


TENTS = (
    "# Tents\n\n## Returning a tent\n\nTo return a tent, print the label:\n\n1. Open your orders.\n2. Click Return.\n\n"
    "A tent that was slept in cannot be returned.\n\n## Prices\n\nA tent is made of green cotton and of good poles. "
    "Lending a tent costs twelve euros a night. However, students pay nine."
)


def test_who_asks_whether_is_told_the_limit(store: Store, open_shop: Opens) -> None:
    assert "cannot be returned" in quoted(store, open_shop, TENTS, "Can I return a tent that I slept in?")


def test_who_asks_how_is_told_all_steps_with_what_leads_in_to_them(store: Store, open_shop: Opens) -> None:
    text = quoted(store, open_shop, TENTS, "How do I return a tent?")
    assert "To return a tent, print the label:\n\n1. Open your orders.\n2. Click Return." in text


def test_who_asks_how_is_told_the_steps_though_the_opening_says_more_of_the_question(
    store: Store, open_shop: Opens
) -> None:
    page = (
        "# Lending a tent\n\nWith us you may lend a tent of good green cotton for a night. Lending a tent of cotton"
        " for a night needs a card.\n\nTo lend your tent:\n\n1. Show the card.\n2. Sign.\n3. Take the tent."
    )
    text = quoted(store, open_shop, page, "How do I lend a green cotton tent for a night?")
    assert "1. Show the card.\n2. Sign.\n3. Take the tent." in text


def test_steps_that_were_cut_where_a_passage_ends_are_quoted_whole_and_in_order(store: Store, open_shop: Opens) -> None:
    steps = [f"{number}. Fold corner {number} of the tent, as is shown on the bag." for number in range(1, 31)]
    page = "# Tents\n\n## Folding\n\nTo fold a tent:\n\n" + "\n".join(steps) + "\n\nThen you are done."
    text = quoted(store, open_shop, page, "How do I fold a tent?")
    assert "\n".join(steps) in text
    assert "To fold a tent:" in text


def test_who_asks_how_much_is_told_the_number_and_the_sentence_that_takes_some_of_it_back(
    store: Store, open_shop: Opens
) -> None:
    text = quoted(store, open_shop, TENTS, "How much does it cost to lend a tent?")
    assert "twelve euros a night. However, students pay nine." in text


def test_nothing_is_said_twice(store: Store, open_shop: Opens) -> None:
    page = (
        "# Refunds\n\nTo refund a bicycle:\n\n1. Open the bicycle's order.\n2. Click Refund bicycle now.\n\n"
        "Click Refund bicycle now. A refund of a bicycle takes four days."
    )
    text = quoted(store, open_shop, page, "How do I refund a bicycle and how long does the refund take?")
    assert text.count("Click Refund bicycle now.") == 1


def test_where_the_page_does_not_tell_what_was_asked_the_answer_is_less_sure(store: Store, open_shop: Opens) -> None:
    site, library = open_shop({**SHOP, "page.md": TENTS}), KnowledgeLibrary(store.passages)

    def coverage(question: str) -> float:
        return library.quote(site, question, library.search(site, question)).coverage

    assert coverage("How much does it cost to lend a tent?") > coverage(
        "How much does it cost to lend a tent to zebras?"
    )
    assert coverage("Can I return a tent?") > 0.9


def test_a_title_that_nobody_marked_ends_no_answer(store: Store, open_shop: Opens) -> None:
    page = "# Keys\n\nA secret key signs the cookies of a session.\n\nHow to make good secret keys"
    assert quoted(store, open_shop, page, "secret keys of a session") == "A secret key signs the cookies of a session."


def test_who_asks_how_many_is_not_told_the_number_of_something_else(store: Store, open_shop: Opens) -> None:
    page = "# Our workshop\n\nPeople work in our workshop. Whoever leaves the workshop tells us two weeks before."
    site, library = open_shop({**SHOP, "page.md": page}), KnowledgeLibrary(store.passages)

    def coverage(question: str) -> float:
        return library.quote(site, question, library.search(site, question)).coverage

    assert coverage("How many people work in the workshop?") < coverage("Who are the people in the workshop?")
    assert coverage("How many weeks before leaving the workshop?") > 0.9, "a measure may be told by another one"


def test_digits_of_an_address_are_no_number(store: Store, open_shop: Opens) -> None:
    page = "# Helmets\n\nThe price of a helmet is in [our list](https://example.com/d/1x40?gid=17)."
    told = page.replace("in [our list]", "40 euros, see [our list]")

    def coverage(text: str) -> float:
        site, library = open_shop({**SHOP, "page.md": text}), KnowledgeLibrary(store.passages)
        question = "How much is the price of a helmet?"
        return library.quote(site, question, library.search(site, question)).coverage

    assert coverage(page) < coverage(told)


def test_a_question_that_leans_wants_what_the_one_before_wanted(store: Store, open_shop: Opens) -> None:
    site, library = open_shop({**SHOP, "page.md": TENTS}), KnowledgeLibrary(store.passages)
    found = library.search(site, "and a tent?", before=["How do I return a bicycle?"])
    assert "1. Open your orders.\n2. Click Return." in library.quote(site, "and a tent?", found).text


def test_the_word_that_tells_most_is_among_what_is_quoted(store: Store, open_shop: Opens) -> None:
    filling = " ".join(f"Wash the frame of the bicycle with warm water, part {number}." for number in range(20))
    page = f"# Washing a bicycle\n\nYou may wash the frame of a bicycle at home. {filling}\n\nBearings: never degrease."
    assert "never degrease" in quoted(store, open_shop, page, "May I degrease when I wash the frame of my bicycle?")


def test_it_is_told_where_steps_were_asked_for_and_none_are_quoted(store: Store, open_shop: Opens) -> None:
    site, library = open_shop({**SHOP, "page.md": TENTS}), KnowledgeLibrary(store.passages)

    def lacks_steps(question: str) -> bool:
        return library.quote(site, question, library.search(site, question)).lacks_steps

    assert lacks_steps("How do I lend a tent of green cotton?")
    assert not lacks_steps("How do I return a tent?")
    assert not lacks_steps("Can I lend a tent of green cotton?"), "a yes would do"


def test_steps_that_only_a_title_leads_in_to_are_told_to_who_asks_how(store: Store, open_shop: Opens) -> None:
    page = (
        "# Removing a rider\n\nA rider who has left may be removed. You need the key of the shop to remove a rider.\n\n"
        "1. Open the list.\n2. Choose a name.\n3. Press Remove."
    )
    assert "1. Open the list.\n2. Choose a name.\n3. Press Remove." in quoted(
        store, open_shop, page, "how do I remove a rider?"
    )


def test_a_heading_with_other_words_between_is_about_another_thing(store: Store, open_shop: Opens) -> None:
    said = "This insurance of a bicycle costs {} euros."
    page = (
        f"# Insurance\n\n## Bicycle theft insurance\n\n{said.format('nine')}\n\n"
        f"## Full bicycle insurance\n\n{said.format('thirty')}"
    )
    assert quoted(store, open_shop, page, "bicycle insurance").startswith(said.format("thirty"))


@pytest.mark.parametrize(
    ("question", "told", "not_told"),
    [
        ("Where is a pump kept?", "A pump is kept behind the door.", "A pump is kept clean."),
        ("Who mends a pump?", "A pump is mended well, says Anna Berg, who mends.", "Your pump is mended, say mends."),
        ("What time is a pump lent?", "A pump is lent from 9:30 to noon.", "A pump is lent for 3 days."),
    ],
)
def test_a_place_people_and_a_time_of_day_are_told_or_the_answer_is_less_sure(
    store: Store, open_shop: Opens, question: str, told: str, not_told: str
) -> None:
    def coverage(text: str) -> float:
        site, library = open_shop({**SHOP, "page.md": f"# Pump\n\n{text}"}), KnowledgeLibrary(store.passages)
        return library.quote(site, question, library.search(site, question)).coverage

    assert coverage(not_told) < coverage(told)


@pytest.mark.parametrize(
    ("question", "wants_number"),
    [
        ("when do you open", True),
        ("and since when", True),
        ("do you know when it opens", True),
        ("what happens when I cancel", False),
        ("how do I limit a list when it is long", False),
        ("are you open when it rains", False),
    ],
)
def test_when_asks_for_a_time_where_it_does_not_join_two_sentences(question: str, wants_number: bool) -> None:
    assert Kinds.of(question).number is wants_number


def test_a_word_that_the_site_has_in_another_form_alone_has_to_be_answered_too(store: Store, open_shop: Opens) -> None:
    site = open_shop({**SHOP, "page.md": "# Visits\n\nStand in line at a set time. Each visit has its time."})
    library = KnowledgeLibrary(store.passages)

    def coverage(question: str) -> float:
        return library.quote(site, question, library.search(site, question)).coverage

    assert coverage("time of a standing visit") > coverage("time of a standup visit")


def test_what_nothing_but_one_word_in_a_text_speaks_of_is_a_mention_on_a_large_site(
    store: Store, open_shop: Opens
) -> None:
    page = "# Colours\n\nA frame can be painted by hand. Under a license of the town we paint bridges."
    others = "# Parts\n\n" + "\n\n".join(f"## Part {number}\n\nIt is round." for number in range(100))

    def mention(question: str, **pages: str) -> float:
        site, library = open_shop({**SHOP, "page.md": page, **pages}), KnowledgeLibrary(store.passages)
        return library.quote(site, question, library.search(site, question)).mention

    assert mention("which license?", parts=others) > 0.3 > mention("which license?")
    assert mention("which colours?", parts=others) == 0
    assert mention("may a frame be painted by hand?", parts=others) == 0


def test_the_number_of_an_edition_counts_nothing(store: Store, open_shop: Opens) -> None:
    page = "# Riders\n\nAs of {}, riders are listed by name. A rider has a name."

    def coverage(said: str) -> float:
        site, library = open_shop({**SHOP, "page.md": page.format(said)}), KnowledgeLibrary(store.passages)
        question = "How many riders are listed?"
        return library.quote(site, question, library.search(site, question)).coverage

    assert coverage("1.0b11") < coverage("11")


def test_a_list_that_says_what_names_mean_is_no_steps(store: Store, open_shop: Opens) -> None:
    page = (
        "# Settings\n\nThe bell of a bicycle can be set:\n\n- **`bell`**: how loud the bell of a bicycle is.\n"
        "- **`bell_time`**: how long it rings."
    )

    def lacks_steps(text: str) -> bool:
        site, library = open_shop({**SHOP, "page.md": text}), KnowledgeLibrary(store.passages)
        question = "How do I set the bell of my bicycle?"
        return library.quote(site, question, library.search(site, question)).lacks_steps

    assert lacks_steps(page)
    assert not lacks_steps(
        page.replace("**`bell`**: how", "Turn the ring: see how").replace("**`bell_time`**:", "Press")
    )
