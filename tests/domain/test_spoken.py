"""A visitor is spoken to in the language of the question, else in that of the browser, else in that of the site."""

from __future__ import annotations

import pytest

from backend.domain.spoken import language_for, maybe_language, name_of
from backend.domain.words import table


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How do I return a parcel?", "en"),
        ("Wie kann ich mein Abo kündigen?", "de"),
        ("Où est ma commande ?", "fr"),
        ("¿Cómo puedo cambiar mi dirección?", "es"),
        ("Come posso cambiare il mio indirizzo?", "it"),
        ("Hoe kan ik mijn adres wijzigen?", "nl"),
        ("Jak mogę zmienić mój adres?", "pl"),
        ("Como posso mudar o meu endereço?", "pt"),
        ("Как изменить адрес?", "ru"),
        ("كيف أغير عنواني؟", "ar"),
        ("איך משנים כתובת?", "he"),
        ("पता कैसे बदलें?", "hi"),
        ("住所を変更するには？", "ja"),
        ("주소를 어떻게 바꾸나요?", "ko"),
        ("เปลี่ยนที่อยู่อย่างไร", "th"),
        ("怎么修改地址？", "zh"),
        ("Combien de jours de congé ?", "fr"),
        ("Dois-je porter un masque ?", "fr"),
        ("Cuanto cuesta el envio", "es"),
        ("Quanto custa o envio?", "pt"),
        ("Posso annullare l'ordine", "it"),
        ("Moja paczka zginęła", "pl"),
        ("Hoeveel kost verzending?", "nl"),
        ("", ""),
        ("refund", ""),
        ("C: capture, S: select", ""),
        ("de facto standard?", ""),
        ("12-34", ""),
    ],
)
def test_a_question_shows_its_language_by_letters_or_small_words(question: str, language: str) -> None:
    assert maybe_language(question) == language


def test_where_the_question_does_not_tell_the_locales_do() -> None:
    assert language_for("Refund?", "fr-CA", "de") == "fr"
    assert language_for("Refund?", "", "de-AT") == "de"
    assert language_for("Refund?", "tlh", "xx") == "en"
    assert language_for("Wie kann ich bezahlen?", "en-US", "fr") == "de"


def test_every_language_has_a_name_in_every_other() -> None:
    names = {spoken: [name_of(written, spoken) for written in table()] for spoken in table()}
    assert all(all(theirs) and len(set(theirs)) == len(theirs) for theirs in names.values())
    assert name_of("xx", "en") == ""
