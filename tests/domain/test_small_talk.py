"""What asks nothing of a site is known in every language, and what asks something is never taken for it."""

from __future__ import annotations

import pytest

from backend.domain.small_talk import KINDS, LONGEST, Talk, phrases, small_talk_in, words_in
from backend.domain.words import table

SAID = {
    "en": ("hi", "Thank you so much!", "Can I talk to a human, please?"),
    "de": ("Guten Tag", "vielen Dank für die schnelle Antwort", "Hallo, kann ich bitte mit einem Menschen sprechen?"),
    "es": ("¡Hola, buenos días!", "muchas gracias por la ayuda", "quiero hablar con una persona por favor"),
    "fr": ("Bonjour !", "merci beaucoup pour votre aide", "Je voudrais parler à quelqu’un s’il vous plaît"),
    "it": ("buongiorno", "grazie mille per l'aiuto", "Vorrei parlare con un operatore"),
    "nl": ("Goedemorgen", "hartelijk dank voor je hulp", "ik wil graag iemand spreken"),
    "pl": ("dzień dobry", "bardzo dziękuję za pomoc", "Chciałbym porozmawiać z konsultantem"),
    "pt": ("Olá, bom dia", "muito obrigada pela ajuda", "quero falar com um atendente, por favor"),
    "ru": ("Здравствуйте!", "большое спасибо за помощь", "Соедините меня с оператором, пожалуйста"),
    "ar": ("السلام عليكم", "شكرًا جزيلًا على المساعدة", "أريد التحدث إلى موظف من فضلك"),
    "he": ("שלום", "תודה רבה על העזרה", "אפשר לדבר עם נציג בבקשה?"),
    "hi": ("नमस्ते जी", "बहुत बहुत धन्यवाद", "मुझे किसी इंसान से बात करनी है"),
    "ja": ("こんにちは。", "どうもありがとうございます！", "すみません、オペレーターにつないでください"),
    "ko": ("안녕하세요", "도와주셔서 정말 감사합니다", "상담원과 이야기하고 싶어요"),
    "th": ("สวัสดีครับ", "ขอบคุณมากสำหรับคำตอบครับ", "ขอคุยกับเจ้าหน้าที่หน่อยครับ"),
    "zh": ("您好！", "非常感谢您的帮助", "你好，请转人工客服"),
}


@pytest.mark.parametrize("language", SAID)
def test_greetings_thanks_and_the_wish_for_a_person_are_known(language: str) -> None:
    kinds = [small_talk_in(said, language) for said in SAID[language]]
    assert kinds == [Talk(kind, language) for kind in ("greeting", "thanks", "person")]  # type: ignore[arg-type]


def test_every_language_that_we_speak_has_every_kind() -> None:
    assert set(phrases()) == set(table())
    for language, theirs in phrases().items():
        assert set(theirs.whole.values()) == set(range(len(KINDS))), language


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("hi", "greeting"),
        ("hey there, how are you?", "chat"),
        ("ok great, thanks!", "thanks"),
        ("no thats all, thanks", "thanks"),
        ("thanks, bye", "thanks"),
        ("who are you?", "about"),
        ("hello, can you help me please", "about"),
        ("No. I want to speak to an agent", "person"),
        ("that’s not what I asked", "unhelpful"),
        ("tell me a joke", "chat"),
    ],
)
def test_of_several_kinds_the_one_counts_that_asks_most(said: str, kind: str) -> None:
    talk = small_talk_in(said, "en")
    assert talk is not None
    assert talk.kind == kind


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?!",
        "please",
        "Hi, how do I return a parcel?",
        "thanks for the bike, where is the manual?",
        "How do I add a person to my team?",
        "can I talk to a human resources adviser about my contract",
        "Who are you owned by?",
        "help with my invoice",
        "no refund?",
        "你好，怎么退货？",
        "สวัสดีครับ ส่งของกี่วัน",
        "こんにちは、返品はどうすればいいですか",
        "hi " * LONGEST,
    ],
)
def test_what_asks_something_is_no_small_talk(question: str) -> None:
    assert small_talk_in(question, "en") is None


def test_a_visitor_may_speak_another_language_than_the_site() -> None:
    assert small_talk_in("merci beaucoup", "de-AT", "en") == Talk("thanks", "fr")
    assert small_talk_in("hallo", "nl") == Talk("greeting", "nl")
    assert small_talk_in("hallo", "de-CH") == Talk("greeting", "de")


def test_accents_and_vowel_signs_may_be_left_out() -> None:
    assert list(words_in("Où ÊTES-vous, l’été?")) == ["ou", "etes", "vous", "lete"]
    assert list(words_in("शुक्रिया")) == ["शुक्रिया"]
    assert small_talk_in("gruss dich", "de") == small_talk_in("Grüß dich!", "de") == Talk("greeting", "de")
