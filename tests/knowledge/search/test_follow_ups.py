"""A question is understood with those before it where it leans on them, and only there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from backend.domain.reply import Reply
from backend.domain.turn import PastTurn, Question
from backend.knowledge.search.follow_ups import is_fragment, leans, read_together
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.store import Store
from backend.turn.retrieval import find_passages
from tests.knowledge.conftest import SHOP, Opens

ABROAD = {
    **SHOP,
    "holidays.md": "# Public holidays in Australia\n\nOn Australia Day our office in Sydney is closed.",
    "worldwide.md": "# Delivery worldwide\n\nParcels to Australia and New Zealand travel for three weeks.",
    "rent.md": "# Renting a bicycle\n\nA day costs 20 euros. A helmet is included.",
}
SWITZERLAND = "Do you deliver to Switzerland?"


@pytest.mark.parametrize(
    ("before", "question", "page", "holds"),
    [
        ([SWITZERLAND], "and how long does it take?", "delivery.md", "Delivery takes 3 days"),
        ([SWITZERLAND], "How much is it?", "delivery.md", "costs 5 euros"),
        ([SWITZERLAND], "and to Austria?", "delivery.md", "Austria"),
        (["How do you deliver parcels?"], "and in Australia?", "worldwide.md", "three weeks"),
        (["How do you deliver parcels?"], "what about Australia", "worldwide.md", "three weeks"),
        (["Can I rent a bicycle?"], "how much is it?", "rent.md", "20 euros"),
        (["Can I rent a bicycle?"], "With a helmet?", "rent.md", "A helmet is included"),
        (["How do I return a parcel?"], "who pays for it?", "returns.md", "We pay for returns"),
        (["Tell me about gift vouchers"], "How long are they valid?", "vouchers.md", "three years"),
        (["When are you open on Monday?"], "And Saturday?", "opening.md", "10 to 14"),
        (["Do you repair bicycles?"], "when?", "repairs.md", "on Tuesdays"),
        ([SWITZERLAND, "and how long does it take?"], "and what does it cost?", "delivery.md", "costs 5 euros"),
        ([SWITZERLAND, "thanks"], "how much is it?", "delivery.md", "costs 5 euros"),
    ],
)
def test_a_follow_up_is_read_with_the_question_that_it_leans_on(
    store: Store, open_shop: Opens, before: Sequence[str], question: str, page: str, holds: str
) -> None:
    site, library = open_shop(ABROAD), KnowledgeLibrary(store.passages)
    found = library.search(site, question, before=before)
    assert found.passages[0].document == page
    assert found.confidence > 0.35
    assert holds in library.quote(site, question, found).text


@pytest.mark.parametrize(
    ("before", "question", "page"),
    [
        (SWITZERLAND, "How do I return a parcel that I bought?", "returns.md"),
        (SWITZERLAND, "And how do I redeem a voucher?", "vouchers.md"),
        (SWITZERLAND, "So can I rent a bicycle?", "rent.md"),
        ("Can I rent a bicycle?", "When is it that you are open on Saturday?", "opening.md"),
    ],
)
def test_a_question_that_says_all_it_needs_stands_on_its_own_feet(
    store: Store, open_shop: Opens, before: str, question: str, page: str
) -> None:
    found = KnowledgeLibrary(store.passages).search(open_shop(ABROAD), question, before=[before])
    assert found.passages[0].document == page


def test_a_question_on_another_matter_is_as_unsure_as_it_was(store: Store, open_shop: Opens) -> None:
    site, library = open_shop(ABROAD), KnowledgeLibrary(store.passages)
    question = "Which team won the football world cup?"
    alone, after = library.search(site, question), library.search(site, question, before=[SWITZERLAND])
    assert after.confidence == alone.confidence < 0.3
    assert after.read_as == ""
    # A model is shown what the conversation was about as well, behind what the question itself has found.
    assert after.hits[: len(alone.hits)] == alone.hits
    assert "delivery.md" in [passage.document for passage in after.passages]
    assert [hit.score for hit in after.hits] == sorted((hit.score for hit in after.hits), reverse=True)


def test_a_german_follow_up_is_understood(store: Store, open_shop: Opens) -> None:
    pages = {
        "l.md": "# Lieferung\n\nWir liefern in die Schweiz und nach Österreich. Die Lieferung kostet 5 Euro.",
        "r.md": "# Rückgabe\n\nSie können Waren 30 Tage lang zurückgeben.",
    }
    site, library = open_shop(pages, locale="de"), KnowledgeLibrary(store.passages)
    found = library.search(site, "und was kostet das?", before=["Liefern Sie in die Schweiz?"])
    assert found.passages[0].document == "l.md"
    assert "kostet 5 Euro" in library.quote(site, "und was kostet das?", found).text


@pytest.mark.parametrize("question", ["and in Australia?", "how much is it?", "why?", "Australia?", "Is that all?"])
def test_these_lean(question: str) -> None:
    assert leans(question, "en")


@pytest.mark.parametrize("question", ["How do I return a parcel?", "Which team won the world cup?"])
def test_these_do_not(question: str) -> None:
    assert not leans(question, "en")


def test_what_is_leaned_on_is_the_last_question_that_stood_on_its_own_feet() -> None:
    before = ["How do I return a parcel?", "Do you deliver to Switzerland?", "and when?"]
    assert read_together("how much is it?", before, "en") == "how much is it?\nDo you deliver to Switzerland?"
    assert read_together("why?", ["and when?", "how?"], "en") == "why?\nand when?"


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("fr", "et pour les enfants ?"),
        ("es", "¿y cuánto cuesta eso?"),
        ("it", "e in agosto?"),
        ("nl", "en hoe lang duurt dat?"),
        ("pl", "a ile to kosztuje?"),
        ("pt", "e quanto tempo demora isso?"),
        ("ru", "а сколько это стоит?"),
        ("ar", "وكم يستغرق ذلك؟"),
        ("he", "וכמה זה עולה?"),
        ("hi", "और इसकी फीस कितनी है?"),
        ("th", "แล้วราคาเท่าไหร่"),
        ("ja", "それはいくらですか"),
        ("ko", "그럼 배송비는 얼마예요?"),
        ("zh", "那要多少钱"),
    ],
)
def test_these_lean_in_their_languages(language: str, question: str) -> None:
    assert is_fragment(question, language)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("fr", "Comment résilier mon abonnement annuel chez vous"),
        ("ru", "Можно ли вернуть товар без чека через месяц"),
        ("ja", "予約を取り消す方法を教えてください"),
        ("zh", "冰箱送货需要预约时间吗"),
    ],
)
def test_these_do_not_in_theirs(language: str, question: str) -> None:
    assert not is_fragment(question, language)


def test_a_follow_up_stays_with_the_page_that_was_spoken_of(store: Store, open_shop: Opens) -> None:
    pages = {
        "abo.md": "# Résilier l'abonnement\n\nÉcrivez avant le 20 du mois. La caution est rendue sous dix jours.",
        "bocaux.md": "# Caution des bocaux\n\nChaque bocal porte une caution. La caution revient avec le bocal.",
    }
    site, library = open_shop(pages, locale="fr"), KnowledgeLibrary(store.passages)
    found = library.search(site, "et la caution ?", before=["Comment résilier mon abonnement ?"])
    assert found.passages[0].document == "abo.md"
    assert found.confidence > 0.35


def test_a_page_that_answered_the_question_before_is_believed_again(store: Store, open_shop: Opens) -> None:
    pool = "# Piscina\n\nPara nadar en la piscina tienes que llevar gorro. El agua está a 27 grados."
    sauna = "# Sauna\n\nLa sauna está incluida en la cuota. Solo pueden entrar mayores de 16 años."
    site = open_shop(
        {"pool.md": pool, "sauna.md": sauna, "other.md": "# Taquillas\n\nCada taquilla vale un euro."}, locale="es"
    )
    library, question = KnowledgeLibrary(store.passages), "¿está fría el agua?"
    alone = library.search(site, question)
    after = library.search(site, question, before=["¿Tengo que llevar gorro para nadar en la piscina?"])
    elsewhere = library.search(site, question, before=["¿Está la sauna incluida?"])
    assert after.passages[0].document == alone.passages[0].document == "pool.md"
    assert after.confidence > alone.confidence
    assert elsewhere.confidence == alone.confidence
    aged = library.search(site, "¿a partir de qué edad?", before=["¿Está la sauna incluida?"])
    assert aged.passages[0].document == "sauna.md"
    assert aged.confidence > 0.35


@pytest.mark.parametrize("question", ["And how long does that take?", "How much does it cost?"])
def test_a_question_that_names_nothing_is_doubted_where_nothing_was_said_before(
    store: Store, open_shop: Opens, question: str
) -> None:
    site, library = (
        open_shop({**SHOP, "rush.md": f"# Rush orders\n\n{question} It takes a day and costs 9 euros."}),
        KnowledgeLibrary(store.passages),
    )
    sure = library.search(site, question, before=[SWITZERLAND]).confidence
    after_thanks = Question(question, (PastTurn("Thanks!", Reply("You are welcome.", 1.0)),))
    for found in (library.search(site, question), find_passages(after_thanks, site, "en", library)):
        assert found.hits[0].passage.document == "rush.md"
        assert found.confidence <= 0.4 < sure
