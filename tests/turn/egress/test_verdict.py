"""What a whole reply says that nobody gave, and who carries what it does say."""

from __future__ import annotations

import pytest

from backend.domain.knowledge import Document, Found, Hit, Passage
from backend.domain.reply import Reply, Usage
from backend.domain.site import Safety, SiteSettings
from backend.domain.turn import Ended, PastTurn, Question
from backend.turn.egress import groundedness, mentions, numbers
from backend.turn.egress.copies import LONGEST_QUOTE, longest_copy
from backend.turn.egress.groundedness import judge_support
from backend.turn.egress.language import language_of, other_language
from backend.turn.egress.mentions import unsupported_mentions
from backend.turn.egress.numbers import unsupported_numbers
from backend.turn.egress.totals import totals_among
from backend.turn.egress.verdict import Verdict, judge, look

RETURNS = "You can return any item within 60 days of delivery. Used tents must be clean and dry before you send them."
REPAIRS = "A repair of a stove takes about two weeks. The workshop in Oslo mends zips, poles and burners for $15.50."
FOUND = Found(
    (
        Hit(Passage(1, "returns", "Returns", "https://larkmoor.example/returns", "", RETURNS), 2.0),
        Hit(Passage(2, "repairs", "Repairs", "", "", REPAIRS), 1.0),
    ),
    0.9,
)
SETTINGS = SiteSettings(name="Larkmoor", origins=("https://www.larkmoor.example",), persona="Ring us on 1300 555 010.")
DUTCH = (
    "Je kunt elk artikel binnen 60 dagen terugsturen. Tenten moeten schoon en droog zijn als je ze naar ons opstuurt."
)


ASKED = Question("q")


def verdict_on(message: str, question: Question = ASKED) -> Verdict:
    return judge(Reply(message, 0.9), question, FOUND, Ended("end_turn", Usage()), SETTINGS, is_valid=True)


def reasons(verdict: Verdict) -> list[str]:
    return [flag.reason for flag in verdict.flags]


# what was quoted


def test_what_is_quoted_from_another_passage_of_the_page_is_neither_disclaimed_nor_flagged() -> None:
    message = "Ask Summit Gear Limited within 14 days.\n\nJe kunt elk artikel binnen 90 dagen terugsturen, ook tenten."
    for is_quoted, flagged in ((True, []), (False, ["unsupported_number", "unsupported_name", "unsupported_sentence"])):
        ended = Ended("end_turn", Usage(), is_word_for_word=is_quoted)
        verdict = judge(Reply(message, 0.9), ASKED, FOUND, ended, SETTINGS, is_valid=True)
        assert set(flagged) <= set(reasons(verdict))
        assert bool(reasons(verdict)) is not is_quoted
        assert verdict.notices == (() if is_quoted else ("disclaimer",))


HINDI = (
    "आप किसी भी तंबू को साठ दिनों के भीतर लौटा सकते हैं, यदि वह साफ़ और सूखा हो और उसकी पर्ची आपके पास हो, पर खुली हुई रोटियाँ नहीं।"
)


def test_a_sentence_with_vowel_signs_is_no_longer_than_its_words() -> None:
    assert longest_copy(HINDI, f"नियम। {HINDI} धन्यवाद।") is None, "a sentence of thirty words, and 40 are allowed"


def test_a_reply_with_vowel_points_is_carried_by_a_page_without_them() -> None:
    page = "يمكنك إرجاع الخيمة خلال ستين يوما إذا كانت نظيفة وجافة تماما"
    pointed = "يُمكِنُكَ إِرْجاعُ الخَيْمَةِ خِلالَ سِتِّينَ يَوْمًا إِذا كانَتْ نَظِيفَةً وجافَّةً تَمامًا"
    another = "سعر المصباح الجديد عشرون يورو في متجرنا بمدينة برلين"
    assert groundedness.support_of(pointed, [page]) > groundedness.support_of(another, [page]) + 0.5


def test_a_version_is_told_by_the_word_before_it_also_where_that_ends_in_a_vowel_sign() -> None:
    assert unsupported_numbers("सूची 8.5 में है।", ["सूची 8.5.1 में है।"]) == []
    assert unsupported_numbers("सेवा 8.5 में है।", ["सूची 8.5.1 में है।"]) == ["8.5"]


# names, codes, links, addresses

SAID = "From Larkmoor, shop@larkmoor.example."


@pytest.mark.parametrize(
    ("message", "missing"),
    [
        ("Our partner is Summit Gear Limited in Oslo.", [("name", "Summit Gear Limited")]),
        ("Pay with PayPal or in cash.", [("name", "PayPal")]),
        ("Ask Larkmoor Outdoor for it.", []),  # one of its words is known
        ("Click **Order History** and then 'Return Item'.", []),  # labels
        ("You will be given a Store Manager role.", []),
        ("Hier können Sie Ihre Bestellung und die Rechnung der Lieferung sehen.", []),
        ("Return Policy Details are below.", []),  # a sentence or a title may begin like this
        ("Ask Ada Lovelace about it.", [("name", "Ada Lovelace")]),
        ("Ask Larkmoor Outdoor.", []),
        ("Write to help@other.example or shop@larkmoor.example.", [("email", "help@other.example")]),
        ("Enter SAVE20 at the checkout.", [("code", "SAVE20")]),
        ("It says ERR_NO_STOVE in that case.", [("code", "ERR_NO_STOVE")]),
        ("Run `stove --reset` once.", [("code", "stove --reset")]),
        ("Type `Used tents` there.", []),
        ("Use v2 of the form.", []),  # a version is a number
        ("See https://larkmoor.example/returns.", []),
        ("See https://larkmoor.example/elsewhere.", []),  # the site's own
        ("See [this](https://other.example/x) page.", [("link", "https://other.example/x")]),
        ("See www.other.example!", [("link", "www.other.example")]),
        ("See https://larkmoor.example:x@evil.example/", [("link", "https://larkmoor.example:x@evil.example/")]),
        ("Write to https://larkmoor.example.evil.example/", [("link", "https://larkmoor.example.evil.example/")]),
    ],
)
def test_a_name_a_code_or_a_link_that_nobody_gave_is_found_where_it_stands(
    message: str, missing: list[tuple[str, str]]
) -> None:
    found = unsupported_mentions(message, [RETURNS], [SAID], ["larkmoor.example"])
    assert [(each.kind, each.text) for each in found] == missing
    assert all(message[each.start : each.end] == each.text for each in found)


def test_nothing_that_was_said_in_a_conversation_is_kept() -> None:
    def kept() -> int:
        caches = (numbers.read_page, mentions.read_page, groundedness.read_page)
        return sum(cache.cache_info().currsize for cache in caches)

    message = "Order 7734 of Summit Gear Limited will be with you on Friday, says the driver of the lorry."
    verdict_on(message)
    before = kept()
    past = (PastTurn("I live in Oslo at number 4711", Reply("Thank you, a lorry comes on Friday.", 1.0)),)
    verdict_on(message, Question("When does my order of the 3rd come?", past))
    assert kept() == before


@pytest.mark.parametrize(
    ("given", "link"),
    [
        ("see http://www.other.example/a%20b/", "https://other.example/a b".replace(" ", "%20")),
        ("see (https://other.example/A).", "https://other.example/a"),
        ("go=https%3A%2F%2Fother.example%2Fpay", "https://other.example/pay"),
    ],
)
def test_the_same_address_written_otherwise_is_the_same_link(given: str, link: str) -> None:
    assert unsupported_mentions(f"See {link}", [given]) == []
    assert unsupported_mentions(f"See {link}x", [given]) != []


def test_a_name_or_code_that_nobody_gave_is_doubted_and_a_link_is_shown_to_staff_alone() -> None:
    assert verdict_on("Enter SAVE20 to return any item.").notices == ("disclaimer",)
    assert verdict_on("You can return any item with PayPal.").notices == ("disclaimer",)
    link = verdict_on("You can return any item: https://other.example/x")
    assert (reasons(link), link.notices) == (["unsupported_link"], ())


def test_what_the_owner_says_of_the_shop_counts_as_given() -> None:
    assert reasons(verdict_on("Ring 1300 555 010.")) == []
    earlier = Question("q", (PastTurn("My number is 7734", Reply("Thank you.", 1.0)),))
    assert reasons(verdict_on("Order 7734 it is.", earlier)) == []


# totals


@pytest.mark.parametrize(
    ("message", "question", "totals"),
    [
        ("Two repairs at $15.50 are $31 in all.", "I have 2 stoves", {"31"}),
        ("Three repairs at $15.50 are $46.50 in all.", "", {"46.50"}),
        ("That is 60 days, 45 of which are over: 15 are left.", "", {"15"}),
        ("With 10% off $200 you pay $180.", "", {"180"}),
        ("It costs 12 + 30 + 8 = 50 dollars.", "", {"50"}),
        ("It costs $97.", "How much for 2?", set()),
        ("Within 97 days", "", set()),
        ("On 2026-11-22 and 2026-11-23 or 4045", "", set()),
    ],
)
def test_a_figure_that_adds_up_is_a_total(message: str, question: str, totals: set[str]) -> None:
    given = ["2; 60; 15.50; 45; 10; 200; 12; 30; 8"]
    assert totals_among(unsupported_numbers(message, given), message, question) == totals


def test_a_total_is_shown_to_staff_and_not_doubted_before_the_visitor() -> None:
    verdict = verdict_on("Two repairs at $15.50 are $31.", Question("What do 2 repairs cost?"))
    assert (reasons(verdict), verdict.notices) == (["reckoned_number"], ())
    assert verdict_on("Two repairs are $99.").notices == ("disclaimer",)


# sentences


def test_each_sentence_is_told_with_the_page_that_carries_it() -> None:
    message = (
        "Used tents must be clean and dry. The workshop mends zips, poles and burners. "
        "Purple elephants juggle frozen violins underneath volcanic umbrellas! Do elephants need a clean dry tent?"
    )
    _, sentences = judge_support(message, [RETURNS, REPAIRS])
    assert [message[each.start : each.end].split()[0] for each in sentences] == ["Used", "The", "Purple"]
    assert [each.carried_by for each in sentences] == [0, 1, None]
    assert min(sentences[0].support, sentences[1].support) > 0.8
    assert sentences[2].support < 0.05


def test_a_sentence_that_no_page_carries_is_shown_to_staff_and_changes_nothing() -> None:
    told = f"{RETURNS} Purple elephants juggle frozen violins underneath volcanic umbrellas."
    verdict = verdict_on(told)
    assert reasons(verdict) == ["unsupported_sentence"]
    assert verdict.flags[0].evidence.endswith(f"at {len(RETURNS) + 1}-{len(told)} by nothing")
    assert verdict.notices == ()


def test_of_a_reply_that_its_pages_carry_no_sentence_needs_a_second_look() -> None:
    support, sentences = judge_support(f"{RETURNS} {REPAIRS}", [RETURNS, REPAIRS])
    assert support is not None
    assert support > 0.9
    assert sentences == []


def test_a_greeting_a_no_and_an_address_need_no_page() -> None:
    for message in ("Hello! How can I help?", "No, sorry.", "See https://a.example/some/long/path/of/many/words here"):
        assert judge_support(message, [RETURNS])[0] is None


def test_a_word_of_the_question_carries_no_answer() -> None:
    invented = "Purple elephants juggle frozen violins underneath volcanic umbrellas."
    assert "ungrounded" in reasons(verdict_on(invented, Question(invented)))


# language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Wie lange kann ich meine Bestellung zurückgeben?", "de"),
        ("Combien de temps ai-je pour retourner ma commande ?", "fr"),
        ("¿Cuánto tiempo tengo para devolver mi pedido si no me gusta?", "es"),
        ("Quanto tempo ho per restituire il mio ordine?", "it"),
        ("Jak długo mogę zwrócić zamówienie, jeśli nie jest to mój rozmiar?", "pl"),
        ("Hur länge kan jag returnera min beställning?", "sv"),
        ("返品はいつまでできますか", "kana"),
        ("配送需要多久", "han"),
        ("Сколько времени у меня на возврат?", "cyrillic"),
        ("How long do I have to return my order?", "en"),
        ("iPhone 15 Pro?", None),
        ("Returns", None),
        ("", None),
        (
            "Say \u201cder die das und ist nicht\u201d at https://der.die.das/und",
            None,
        ),  # quoted words are not the text's own
    ],
)
def test_a_language_is_named_only_when_it_is_sure(text: str, code: str | None) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize(
    ("question", "before", "expected"),
    [
        ("How long do I have to return my order?", (), ("en", "nl")),
        ("Wie lange habe ich Zeit für die Rückgabe und was kostet sie?", (), ("de", "nl")),
        ("Returns?", (), None),  # too short to tell
        ("How long do I have to return my order? Please answer in Dutch.", (), None),
        ("How long do I have to return my order?", ("Hoe lang heb ik om een tent terug te sturen?",), None),
        ("How long do I have to return my order?", ("Always write Dutch.",), None),
        ("Hoe lang kan ik mijn bestelling terugsturen?", (), None),
    ],
)
def test_an_answer_in_another_language_than_the_question_is_noticed(
    question: str, before: tuple[str, ...], expected: tuple[str, str] | None
) -> None:
    assert other_language(DUTCH, question, before) == expected


def test_a_short_answer_is_in_no_wrong_language() -> None:
    assert other_language("Ja, dat kan.", "How long do I have to return my order?") is None


def test_an_answer_in_another_language_is_shown_to_staff() -> None:
    verdict = verdict_on(DUTCH, Question("How long do I have to return my order?"))
    assert "other_language" in reasons(verdict)
    assert "disclaimer" not in verdict.notices


# copies

SECRET_PAGE = " ".join(f"word{number}" for number in range(200))


def words(first: int, end: int) -> str:
    return " ".join(f"word{number}" for number in range(first, end))


@pytest.mark.parametrize("first", [0, 7, 20, 159])
def test_a_run_of_forty_words_is_a_copy_wherever_it_begins(first: int) -> None:
    run = words(first, first + LONGEST_QUOTE)
    message = f"As our page says: {run.upper().replace(' ', ',  ')} - and so on."
    place = longest_copy(message, SECRET_PAGE)
    assert place is not None
    assert message[slice(*place)] == run.upper().replace(" ", ",  ")
    assert longest_copy(f"Our page: {words(first, first + LONGEST_QUOTE - 1)} ends", SECRET_PAGE) is None


def test_a_protected_document_is_quoted_and_not_recited() -> None:
    found = Found((Hit(Passage(1, "internal/prices", "P", "", "", SECRET_PAGE), 1.0),), 0.9)
    whole = Found((), 0.9, (Document("internal/prices", "P", "", SECRET_PAGE),))
    protected = SiteSettings("Larkmoor", (), safety=Safety(protected=("internal/*",)))
    for given in (found, whole):
        ended = Ended("end_turn", Usage())
        long, short = Reply(words(10, 90), 0.9), Reply(words(10, 30), 0.9)
        verdict = judge(long, Question("q"), given, ended, protected, is_valid=True)
        assert verdict.is_replaced
        assert "protected_copy" in reasons(verdict)
        assert not judge(short, Question("q"), given, ended, protected, is_valid=True).is_replaced
        assert not judge(long, Question("q"), given, ended, SETTINGS, is_valid=True).is_replaced


@pytest.mark.parametrize(
    "hostile",
    [
        "[", "**", "__ ", "«", "Aa", "AaA ", "a" , "a_", "`x", "9" , "1,", "9 * 8 = 72. ", "http://", "1" * 40 + " ",
        "\u0660", "A b. ", "\n- ", "\U0001f600", "%25", "İ",
    ],
)  # fmt: skip
def test_a_verdict_is_given_on_any_text(hostile: str) -> None:
    message = (hostile * 16_000)[:16_000]
    assert verdict_on(message, Question(message[:4_000])) is not None
    assert list(look(f"{message} 72 and {'9' * 60}", Question("q"), FOUND, SETTINGS)) is not None


def test_every_finding_stands_where_it_says() -> None:
    message = "Pay 97 at https://other.example/x with SAVE20, said the Summit Gear Limited."
    seen = list(look(message, Question("q"), FOUND, SETTINGS))
    assert [(each.kind, message[each.start : each.end]) for each in seen[:4]] == [
        ("unsupported_number", "97"),
        ("unsupported_link", "https://other.example/x"),
        ("unsupported_code", "SAVE20"),
        ("unsupported_name", "Summit Gear Limited"),
    ]
