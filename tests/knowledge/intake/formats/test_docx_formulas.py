"""Formulas of a Word document keep their words and their meaning."""

from __future__ import annotations

import pytest

from backend.knowledge.intake.separate_process import SeparateReading
from tests.knowledge.files import docx
from tests.knowledge.intake.formats.conftest import read

MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (run("A=π") + f"<m:sSup><m:e>{run('r')}</m:e><m:sup>{run('2')}</m:sup></m:sSup>", "A=πr^2"),
        (f"<m:f><m:num>{run('a+b')}</m:num><m:den>{run('2')}</m:den></m:f>", "(a+b)/2"),
        (f"<m:rad><m:e>{run('x+1')}</m:e></m:rad>", "√(x+1)"),
        (f"<m:d><m:e>{run('n')}</m:e></m:d>", "(n)"),
    ],
)
def test_a_formula_is_text_on_its_line(reader: SeparateReading, formula: str, text: str) -> None:
    inside = f'<m:oMath xmlns:m="{MATH}">{formula}</m:oMath>'
    body = f"<w:p><w:r><w:t>It is </w:t></w:r>{inside}<w:r><w:t> in all.</w:t></w:r></w:p>"
    assert read(reader, "a.docx", docx(body)).text == f"It is {text} in all."
