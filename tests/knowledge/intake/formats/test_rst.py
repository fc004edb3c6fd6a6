"""reStructuredText is read with what other systems add to it."""

from __future__ import annotations

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
