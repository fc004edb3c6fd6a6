"""Markdown as Sphinx reads it leaves its words, as text and as code, and none of its marks."""

from __future__ import annotations

import pytest

from backend.knowledge.intake.formats.markdown import read_markdown_text


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ("```{note} Keep\n:class: tip\nthe *receipt*.\n```", "Keep\nthe *receipt*."),
        (":::{dropdown} Do you ship?\n:open:\nYes.\n:::\n\nEnd.", "## Do you ship?\n\nYes.\n\nEnd."),
        ("````{tab-set}\n```{tab-item} By post\nOne.\n```\n```{tab-item} Here\nTwo.\n```\n````",
         "## By post\n\nOne.\n\n## Here\n\nTwo."),
        ("::::{grid} 1 2\n:gutter: 1\n\n:::{grid-item-card} {octicon}`plug;1em` Fast\n:link: a\nIn 2 days.\n:::\n::::",
         "## Fast\n\nIn 2 days."),
        ("```{code-block} sh\n:linenos:\n:caption: Do this\nrun\n```", "Do this\n\n```sh\nrun\n```"),
        ("```{toctree}\n:maxdepth: 2\na\n```\n\n(here)=\n% never shown\nText.", "Text."),
        ("```{versionadded} 5.2\nTax.\n```", "New in version 5.2\n\nTax."),
        ("```{list-table} Costs\n:header-rows: 1\n* - To\n  - Costs\n* - Austria\n  - 5\n```",
         "Costs\n\n| To | Costs |\n| --- | --- |\n| Austria | 5 |"),
        ("```{image} a.png\n:alt: The way to us\n```", "The way to us"),
        ("```{eval-rst}\n.. note:: Keep *it*.\n```", "Note\n\nKeep it."),
        ("See {ref}`the fees <fees>`, {doc}`/a/our-terms`, {kbd}`Ctrl+C`, H{sub}`2`O of {{ shop_name }}.",
         "See the fees, our terms, `Ctrl+C`, H₂O of shop name."),
        ("{ref}`A <a>`\n\n:Street: One 1\n:orphan:", "A\n\n- **Street**: One 1"),
        ("````md\n```{note}\n{ref}`a`\n```\n````\n\n``{ref}`a` `` {doc}`b`",
         "````md\n```{note}\n{ref}`a`\n```\n````\n\n`` {ref}`a` `` b"),
    ],
)  # fmt: skip
def test_directives_leave_their_words_and_roles_theirs(source: str, read: str) -> None:
    assert read_markdown_text(source) == read


def test_what_is_not_of_sphinx_keeps_its_braces_and_percents() -> None:
    text = "Write {{name}} here.\n\n% of all: 5\n\n```{r}\nx\n```"
    assert read_markdown_text("Write {{name}} here.\n\n% of all: 5") == "Write {{name}} here.\n\n% of all: 5"
    assert "x" in read_markdown_text(text)


def test_a_directive_that_never_ends_costs_no_words() -> None:
    assert read_markdown_text("```{note}\nKeep it.\n\nStill here.") == "Keep it.\n\nStill here."
    assert "run" in read_markdown_text("```{code-block} sh\nrun\n\nmore")
