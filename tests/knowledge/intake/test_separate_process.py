"""Files are read in another process, alike under gevent and without it."""

from __future__ import annotations

import subprocess
import sys

from backend.knowledge.intake.separate_process import ROOT


def test_files_are_read_alike_under_gevent_while_others_go_on() -> None:
    program = """
from gevent import monkey; monkey.patch_all()
import gevent
from backend.knowledge.intake.separate_process import SeparateReading, SourceFile
ticks = []
def tick():
    while True:
        ticks.append(1); gevent.sleep(0.001)
ticking = gevent.spawn(tick)
with SeparateReading() as reader:
    reading = reader.read(SourceFile("a.rst", ".rst", b"Returns\\n=======\\n\\n" + b"30 days\\n" * 20_000))
print(reading.document.title, len(ticks) > 5)
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ended.stdout == "Returns True\n"
