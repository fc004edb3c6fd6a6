"""A reply while it is written: what the model says goes in, what may go out comes out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from backend.domain.errors import ModelMisshapen, ModelWordless
from backend.domain.reply import Reply
from backend.domain.turn import Ended, Text
from backend.turn.answering.parsing.check import first_followups, read_reply, words_of
from backend.turn.answering.parsing.document import ReplyParser

STOPPED = "stopped"
LOOKS_BACK = 400  # characters of the message that may go on in the follow-ups
WHOLE = frozenset({"end_turn", "stop_sequence"})


class TextScreen(Protocol):
    """Lets text through but for what must not go out."""

    @property
    def caught(self) -> str | None: ...

    def let_through(self, text: str) -> str: ...

    def end(self) -> str: ...

    def kind_in(self, text: str) -> str | None: ...

    def takes(self, text: str) -> bool: ...


class Writer(Protocol):
    """Writes the document that goes out, whatever the model's own looked like."""

    @property
    def message(self) -> str: ...

    @property
    def characters(self) -> int: ...

    def write(self, text: str) -> str: ...

    def close(self, confidence: float, followups: Sequence[str]) -> str: ...


class Draft:
    """Parser, screen and writer in a row. After `close`, `reply` is what the visitor was shown."""

    def __init__(self, screen: TextScreen, writer: Writer) -> None:
        self.is_valid = False
        self.reply: Reply | None = None
        self._raw: list[str] = []
        self._parser = ReplyParser()
        self._screen = screen
        self._writer = writer

    @property
    def caught(self) -> str | None:
        """The kind of what the screen cut, if it cut anything."""
        return self._screen.caught

    @property
    def characters_shown(self) -> int:
        return self._writer.characters

    def hear(self, piece: Text) -> str:
        """Return the characters of the outgoing document that this piece allows; most often its own words."""
        self._raw.append(piece.text)
        return self._writer.write(self._screen.let_through(self._parser.feed(piece.text)))

    def close(
        self, ended: Ended | None, *, fallback: str = "", may_be_repaired: Callable[[], bool] = lambda: False
    ) -> str:
        """Return the rest of the document: None for `ended` where the visitor has stopped it.

        `fallback` is said where the model ended on purpose without a word. Raises ModelWordless where nothing was said
        that can be shown; ModelMisshapen where only a document of another form was, which `may_be_repaired`.
        """
        rest = self._writer.write(self._screen.let_through(self._parser.end()) + self._screen.end())
        whole = read_reply("".join(self._raw)) if ended and ended.stop_reason in WHOLE else None
        if not self._writer.message and ended:
            words = words_of("".join(self._raw))
            if words and ended.stop_reason in WHOLE and may_be_repaired():
                misshapen = ModelMisshapen("the model wrote a document of another form")
                misshapen.usage = ended.usage
                raise misshapen
            words = words or fallback
            rest += self._writer.write(self._screen.let_through(words) + self._screen.end())
            if not self._writer.message:
                wordless = ModelWordless("the model ended without a word")
                wordless.usage = ended.usage
                raise wordless
        message = self._writer.message
        if not message:
            return rest
        self.is_valid = whole is not None and whole.message == message
        confidence = whole.confidence if whole and self.is_valid else 0.0
        self.reply = Reply(message, confidence, self._followups(whole) if ended else ())
        return rest + self._writer.close(self.reply.confidence, self.reply.followups)

    def _followups(self, whole: Reply | None) -> tuple[str, ...]:
        """Return the follow-ups that may be shown: none of them where one, or what stands in a row, must not go out."""
        asked = first_followups(whole.followups if whole and self.is_valid else self._parser.followups)
        in_a_row = " ".join((self._writer.message[-LOOKS_BACK:], *asked))
        taken = [self._screen.takes(text) for text in ((*asked, in_a_row) if asked else ())]
        return asked if all(taken) else ()

    def kind_in(self, text: str) -> str | None:
        """Return the kind of what must not go out in a text beside the reply; None where all of it may."""
        return self._screen.kind_in(text)

    def let_go(self) -> str:
        """Return what the screen held back of a reply that breaks off: nothing more can come behind it."""
        return self._writer.write(self._screen.end()) if self._writer.characters else ""

    def so_far(self) -> Reply | None:
        """Return what was shown of a reply that will not be finished."""
        message = self._writer.message
        return Reply(message, 0.0) if message else None
