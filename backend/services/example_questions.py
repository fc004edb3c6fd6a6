"""The questions of an example are really asked, so that queue, numbers and gaps of a first start have things to show.

They stand beside the example (`questions.txt`, one a line) and go through the whole corridor, as visitors who are
marked: one press takes them away again, with all that was counted of them. No site of an owner's own has any.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

from backend.domain.conversation import MOST_EXAMPLES, example_visitor
from backend.domain.errors import ChatError
from backend.domain.site import Site
from backend.domain.timeline import record
from backend.domain.trace import Made
from backend.domain.turn import Asked
from backend.services.parts import SiteParts

FILE = "questions.txt"
BY = "Deskbell"


def put_on_questions(site: Site, example: Path, parts: SiteParts) -> None:
    """Let the questions of an example be asked in the background."""
    file = example / FILE
    if file.is_file():
        questions = [line.strip() for line in file.read_text("utf-8").splitlines() if line.strip()]
        parts.jobs.add(site.id, "examples", FILE, BY, {"questions": questions})


def ask_questions(site: Site, questions: Sequence[str], parts: SiteParts, told: Callable[[int], None]) -> None:
    """Ask each question as a visitor of its own, and count them; `told` hears how many were asked."""
    for number, question in enumerate(questions[:MOST_EXAMPLES], start=1):
        asked = Asked(
            turn=str(uuid.uuid4()),
            site=site,
            visitor=example_visitor(number),
            conversation=str(uuid.uuid4()),
            message=question,
            address="",
            locale=site.settings.locale,
        )
        with contextlib.suppress(ChatError):  # refused, as a visitor's would be
            events = ((monotonic(), event) for event in parts.keeping_asker.tell(asked))
            parts.evidence.keep(asked.turn, record([(at, each) for at, each in events if not isinstance(each, Made)]))
        told(number)
    parts.numbers.tally(MOST_EXAMPLES)  # whoever looks at the numbers now sees them


def remove_questions(site: Site, parts: SiteParts) -> int:
    """Erase every conversation of an example's visitors, and what was counted of them; return how many there were."""
    conversations = parts.book.example_conversations(site)
    for conversation in conversations:
        parts.forget_turns(parts.book.erase_conversation(site, conversation))
    if conversations:
        parts.numbers.count_anew(site.id)
    return len(conversations)
