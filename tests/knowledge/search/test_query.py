"""A question is understood in its own language: misspelt, in other forms, and with what the site does not know."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from backend.domain.knowledge import ANSWERABLE_FROM
from backend.knowledge.search.knowledge_library import KnowledgeLibrary
from backend.knowledge.search.query import Query, Said, trust_of
from backend.store import Store
from tests.knowledge.conftest import Opens

SHOPS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "basket.md": "# Filter baskets\n\nClean the filter basket of your coffee machine every week with warm water.",
        "grinder.md": "# Grinders\n\nA grinder makes less noise with the lid closed. Replace the burrs once a year.",
        "parcel.md": "# Delivery\n\nParcels leave our store on weekdays and travel for two days.",
    },
    "de": {
        "versand.md": "# Versandkosten\n\nDie Versandkosten betragen 5 Euro, ab 50 Euro liefern wir kostenfrei.",
        "rueck.md": "# Rückgabe\n\nSchicken Sie den Artikel binnen 14 Tagen zurück. Der Rückversand ist gratis.",
        "konto.md": "# Kundenkonto\n\nIm Konto sehen Sie Rechnungen und ändern Ihre Anschrift.",
    },
    "hi": {
        "wapsi.md": "# सामान की वापसी\n\nसामान सात दिन के भीतर लौटाया जा सकता है। पैसे खाते में आते हैं।",
        "samay.md": "# दुकान का समय\n\nदुकान सुबह नौ बजे खुलती है और रात आठ बजे बंद होती है।",
        "pata.md": "# पता बदलना\n\nखाते में जाकर पता बदलें।",
    },
    "th": {
        "kuen.md": "# การคืนสินค้า\n\nคืนสินค้าได้ภายในสิบสี่วัน เงินคืนเข้าบัตรเครดิต",
        "song.md": "# ค่าจัดส่ง\n\nค่าจัดส่งห้าสิบบาท ซื้อครบหนึ่งพันบาทส่งฟรี",
        "ran.md": "# เวลาเปิดร้าน\n\nร้านเปิดเก้าโมงเช้าถึงสองทุ่ม ปิดวันจันทร์",
    },
    "he": {
        "hahzara.md": "# החזרת מוצרים\n\nאפשר להחזיר מוצר בתוך שבועיים. המשלוח בחזרה בחינם.",
        "shaot.md": "# שעות פתיחה\n\nהחנות פתוחה מתשע עד שמונה בערב.",
        "ktovet.md": "# שינוי כתובת\n\nמשנים את הכתובת באזור האישי.",
    },
}


@pytest.mark.parametrize(
    ("language", "question", "page"),
    [
        ("en", "how do I clean the filter basket", "basket.md"),
        ("en", "filtr baskt", "basket.md"),
        ("en", "why is the grinder so noisey", "grinder.md"),
        ("de", "Was kostet der Versand?", "versand.md"),
        ("de", "anschrift aendern", "konto.md"),
        ("de", "Wo sind meine Rechnungn im Kundnkonto?", "konto.md"),
        ("hi", "क्या मैं सामान वापस लौटा सकता हूँ?", "wapsi.md"),
        ("hi", "दुकान कब खुलती है?", "samay.md"),
        ("th", "คืนของได้ไหม สินค้าไม่ดี", "kuen.md"),
        ("th", "ร้านเปิดกี่โมง", "ran.md"),
        ("he", "איך מחזירים את המוצר?", "hahzara.md"),
        ("he", "מתי החנות פתוחה?", "shaot.md"),
    ],
)
def test_a_question_is_found_and_known_to_be_answered(
    store: Store, open_shop: Opens, language: str, question: str, page: str
) -> None:
    found = KnowledgeLibrary(store.passages).search(open_shop(SHOPS[language], locale=language), question)
    assert found.passages[0].document == page
    assert found.confidence >= ANSWERABLE_FROM


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "do you rent out bicycles"),
        ("en", "is the queen dead"),
        ("de", "Habt ihr einen Spielplatz?"),
        ("hi", "क्या आप हवाई जहाज़ का टिकट बेचते हैं?"),
        ("th", "มีสระว่ายน้ำไหม"),
        ("he", "יש לכם בריכת שחייה?"),
    ],
)
def test_what_no_page_answers_is_known_in_every_language(
    store: Store, open_shop: Opens, language: str, question: str
) -> None:
    found = KnowledgeLibrary(store.passages).search(open_shop(SHOPS[language], locale=language), question)
    assert found.confidence < ANSWERABLE_FROM


@pytest.mark.parametrize(("terms", "held"), [("ขาย ายย ยยา ยาง างร", 0.0), ("sell tyre used cars shop", 0.2)])
def test_runs_of_three_letters_that_any_page_holds_count_for_nothing(terms: str, held: float) -> None:
    said = tuple(Said(term, 1.0, {term: 1.0}, is_light=False) for term in terms.split())
    query = Query((), {}, {}, {}, said)
    assert query.held(frozenset(terms.split()[:1])) == pytest.approx(held)
    assert query.held(frozenset(terms.split())) == pytest.approx(1.0)


def test_a_slip_costs_little(store: Store, open_shop: Opens) -> None:
    site, library = open_shop(SHOPS["en"]), KnowledgeLibrary(store.passages)
    right, wrong = (library.search(site, each).confidence for each in ("filter basket", "filtr baskt"))
    assert right - 0.3 < wrong < right


@pytest.mark.parametrize(
    ("said", "meant", "is_sure"),
    [
        ("calor", "valor", False),
        ("pist", "list", False),
        ("ilst", "list", True),
        ("lisst", "list", True),
        ("lust", "list", False),
        ("lusts", "lists", True),
        ("liet", "list", False),
        ("xelivery", "delivery", True),
    ],
)
def test_a_short_word_with_another_letter_is_likely_another(said: str, meant: str, is_sure: bool) -> None:
    assert (trust_of(said, meant) > 0.8) is is_sure


def test_a_word_that_needs_no_correction_is_fully_believed() -> None:
    assert trust_of("list", "list") == 1.0
