"""reStructuredText is read with what other systems add to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.knowledge.intake.folder import read_knowledge
from backend.knowledge.intake.separate_process import SeparateReading
from tests.knowledge.intake.formats.conftest import read

RST = """Returns
=======

You may return anything within 30 days, see `our terms <https://shop.example/terms>`_ and :ref:`the list <list>`.

.. note:: Keep the receipt.

.. code-block:: python
    :caption: label.py

    print("label")

.. tabs::

   .. tab:: Germany

      Costs nothing.

=======  =====
Country  Costs
=======  =====
Austria  5
=======  =====
"""


def test_restructured_text_is_read_with_what_other_systems_add_to_it(reader: SeparateReading) -> None:
    text = read(reader, "returns.rst", RST.encode()).text
    assert "see [our terms](https://shop.example/terms) and the list." in text
    assert "Keep the receipt." in text
    assert 'label.py\n\n```python\nprint("label")\n```' in text
    assert "Germany\n\nCosts nothing." in text
    assert "| Austria | 5 |" in text
    assert "Unknown" not in text


@pytest.mark.parametrize(
    ("source", "read_as"),
    [
        (".. only:: html\n\n   Text.", "Text."),
        (
            "Version |version| of |our_shop|, a |real| one.\n\n.. |real| replace:: true",
            "Version of our shop, a true one.",
        ),
        ("It lies in C:\\temp\\new or ``C:\\x``, ``re``\\s.", "It lies in C:\\temp\\new or `C:\\x`, `re`s."),
        ("Open :file:`C:\\dir`.", "Open `C:\\dir`."),
        (".. _here:\n\nHead\n====\n\nSee :ref:`here`.", "# Head\n\nSee Head."),
        ("See :ref:`other-label`, :doc:`/guide/install-it`.", "See other label, install it."),
        ("See :ref:`this <other>`.", "See this."),
        (".. dropdown:: Do you ship?\n\n   Yes.", "## Do you ship?\n\nYes."),
        (".. admonition:: Careful\n\n   Hot.", "## Careful\n\nHot."),
        (
            ".. raw:: html\n\n   <table><tr><td>A</td><td>B</td></tr></table><script>x</script>",
            "| A | B |\n| --- | --- |",
        ),
        (".. raw:: latex\n\n   \\newpage\n\nText.", "Text."),
        (".. role:: web(raw)\n   :format: html\n\nOne :web:`<b>two</b>`.", "One two."),
        ("| Street 1\n| 1010 Vienna", "Street 1\n1010 Vienna"),
    ],
)
def test_what_steers_sphinx_goes_and_titles_stand_for_labels(
    reader: SeparateReading, source: str, read_as: str
) -> None:
    assert read(reader, "a.rst", source.encode()).text == read_as


def test_a_link_to_another_file_of_the_folder_shows_its_title(tmp_path: Path) -> None:
    (tmp_path / "guide").mkdir()
    (tmp_path / "guide" / "install.rst").write_text(".. _setup:\n\nHow to install\n==============\n\nRun it.")
    (tmp_path / "guide" / "index.rst").write_text("See :ref:`setup`, :doc:`install` and :doc:`/guide/install`.")
    documents = {each.key: each.text for each in read_knowledge(tmp_path).documents}
    assert documents["guide/index.rst"] == "See How to install, How to install and How to install."
