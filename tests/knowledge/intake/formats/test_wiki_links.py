"""Links of wikis and notebooks show their words."""

from __future__ import annotations

import pytest

from backend.knowledge.intake.formats.markdown import read_markdown_text


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("See [[Sending back]], [[Sending back|how]] or [[Fees#Abroad]].", "See Sending back, how or Fees > Abroad."),
        ("See [[#Fees]] and [[Sending back the box|Send-Back]].", "See Fees and Sending back the box."),
        ("![[map.png]]![[map.png|300]] ![[map.png|The way to us]]", "The way to us"),
        ("| A | B |\n| --- | --- |\n| 1 | [[Fees\\|the fees]] |", "| A | B |\n| --- | --- |\n| 1 | the fees |"),
        ("Ask `[[name]]`, [[1, 2], [3]] or [[ -f x ]].", "Ask `[[name]]`, [[1, 2], [3]] or [[ -f x ]]."),
        ("见[[退货]]（[[运费]]） ([[Fees]])", "见退货（运费） (Fees)"),
        ("See [[1]](https://a.example).", "See [[1]](https://a.example)."),
    ],
)
def test_a_wiki_link_is_its_words_and_what_is_none_stays(source: str, read: str) -> None:
    assert read_markdown_text(source) == read
