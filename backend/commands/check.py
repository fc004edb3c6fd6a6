"""`check`: what would be let in, and what would go out, tried on a file before a visitor meets it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from backend.domain.errors import Refusal, SettingsError
from backend.domain.findings import Finding
from backend.domain.knowledge import Found, Hit, Passage
from backend.domain.outcomes import CHOICES
from backend.domain.ports import SiteBook
from backend.domain.site import Site
from backend.domain.turn import Question
from backend.services.find_site import find_site

if TYPE_CHECKING:
    from backend.turn.ingress import Checks

SHOWN_CHARACTERS = 90
# What egress calls a finding, and what this command's readers call it.
KINDS = {
    "unsupported_number": "number",
    "reckoned_number": "number",
    "unsupported_name": "name",
    "unsupported_code": "code",
    "unsupported_email": "EMAIL_ADDRESS",
    "unsupported_link": "link",
    "ungrounded": "grounding",
    "unsupported_sentence": "grounding",
    "unconfirmed": "grounding",
    "harmful_opening": "harm",
    "other_language": "language",
    "protected_copy": "copy",
    "card": "CREDIT_CARD",
    "secret": "API_KEY",
    "prompt": "copy",
}
TEXT_LINE = '{"id": …, "text": "…"}'
REPLY_LINE = '{"id": …, "reply": "…", "passages": ["…"], "question": "…" (may be left out)}'


class CheckParts(Protocol):
    """The parts of the running product that the command needs."""

    @property
    def sites(self) -> SiteBook: ...

    @property
    def checks(self) -> Checks: ...

    def canary_of(self, site_id: int) -> str: ...


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `check`."""
    parser = subparsers.add_parser(
        "check",
        help="say what a site would refuse, redact, disclaim or replace",
        description="Texts are read one a line from FILE or standard input, or with --json as lines "
        f"{TEXT_LINE}; with --reply as lines {REPLY_LINE}. Exit code 0 when all were judged, whatever the verdicts; "
        "2 when a line cannot be read.",
    )
    parser.add_argument("--site", required=True, metavar="KEY")
    parser.add_argument("--json", action="store_true", help="read and print JSON lines")
    parser.add_argument("--reply", action="store_true", help="judge replies as they would go out (JSON lines)")
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="instead of standard input")


def run(args: argparse.Namespace, parts: CheckParts) -> int:
    """Run `check`; raise SettingsError with one sentence when the input cannot be used."""
    site = find_site(args.site, parts.sites)
    with _lines(args.file) as lines:
        if args.reply:
            canary = parts.canary_of(site.id)
            judged = (judge_reply(row, site, canary) for row in read_replies(lines))
        else:
            texts = read_texts(lines) if args.json else _plain_texts(lines)
            judged = (judge_text(text_id, text, site, parts.checks) for text_id, text in texts)
        for row in judged:
            print(json.dumps(row, ensure_ascii=False) if args.json else _shown(row), flush=True)
    return 0


def judge_text(text_id: object, text: str, site: Site, checks: Checks) -> dict[str, object]:
    """Return what ingress would do with a message, as the JSON document of the contract."""
    from backend.turn.ingress import INJECTION, look_for_personal_data
    from backend.turn.ingress.size import check_size, readable

    safety = site.settings.safety
    seen = look_for_personal_data(text, safety, checks.personal_data)
    score = checks.injection.detect(text).score
    findings = [*seen.refused, *seen.redacted, *seen.allowed]
    if score >= safety.injection_flag:
        findings.append(Finding(INJECTION, 0, len(text), score))
    verdict = "redact" if seen.redacted else "allow"
    try:
        check_size(text)
    except Refusal:
        verdict = "refuse"
    if seen.refused or score >= safety.injection_refuse:
        verdict = "refuse"
    return _document(text_id, verdict, findings, readable(seen.text))


def judge_reply(row: Mapping[str, object], site: Site, canary: str) -> dict[str, object]:
    """Return what egress would do with a whole reply, as the JSON document of the contract."""
    from backend.turn.egress import look, outcome_of, screen_for
    from backend.turn.prompt import RULES

    safety = site.settings.safety
    message, passages = _message_of(row["reply"]), row.get("passages") or []
    assert isinstance(passages, list)  # noqa: S101 - read_replies has looked
    found = Found(tuple(Hit(Passage(at, "", "", "", "", text), 1.0) for at, text in enumerate(passages)), 1.0)
    question = Question(str(row.get("question") or ""))
    findings: list[Finding] = []
    outcomes = {"release"}
    for seen in look(message, question, found, site.settings):
        outcomes.add(outcome_of(seen.kind, safety))
        findings.append(Finding(KINDS[seen.kind], seen.start, seen.end, seen.score))
    screen = screen_for(safety, canary, RULES)
    released = screen.let_through(message) + screen.end()
    if screen.caught:
        findings.append(Finding(KINDS.get(screen.caught, screen.caught), len(released), len(message), 1.0))
        outcomes.add("replace")
    verdict = max(outcomes, key=CHOICES.index)
    return _document(row.get("id"), verdict, findings, message)


def read_texts(lines: Iterable[str]) -> Iterator[tuple[object, str]]:
    """Yield (id, text) of each JSON line; raise SettingsError that names the line that cannot be read."""
    for number, row in _rows(lines):
        if not isinstance(row.get("text"), str):
            raise SettingsError(f"Line {number} of the input must be {TEXT_LINE}.")
        yield row.get("id"), str(row["text"])


def read_replies(lines: Iterable[str]) -> Iterator[Mapping[str, object]]:
    """Yield each JSON line that is a reply; raise SettingsError that names the line that cannot be read."""
    for number, row in _rows(lines):
        passages = row.get("passages") or []
        has_passages = isinstance(passages, list) and all(isinstance(passage, str) for passage in passages)
        if not isinstance(row.get("reply"), (str, dict)) or not has_passages:
            raise SettingsError(f"Line {number} of the input must be {REPLY_LINE}.")
        yield row


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, Mapping[str, object]]]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            raise SettingsError(f"Line {number} of the input is not JSON.") from None
        if not isinstance(row, dict):
            raise SettingsError(f"Line {number} of the input must be a JSON object.")
        yield number, row


def _plain_texts(lines: Iterable[str]) -> Iterator[tuple[object, str]]:
    yield from ((number, line.rstrip("\n")) for number, line in enumerate(lines, start=1) if line.strip())


def _message_of(reply: object) -> str:
    """Return the message of a reply that is given as its document, as the document's text, or as the message itself."""
    if isinstance(reply, str):
        try:
            document = json.loads(reply)
        except ValueError:
            return reply
        reply = document if isinstance(document, dict) and "message" in document else reply
    return str(reply.get("message", "")) if isinstance(reply, dict) else str(reply)


def _document(row_id: object, verdict: str, findings: Iterable[Finding], text: str) -> dict[str, object]:
    shown = [
        {"kind": each.kind, "start": each.start, "end": each.end, "score": each.score}
        for each in sorted(findings, key=lambda finding: (finding.start, finding.end))
    ]
    return {"id": row_id, "verdict": verdict, "findings": shown, "text": text}


def _shown(row: dict[str, object]) -> str:
    findings = row["findings"]
    assert isinstance(findings, list)  # noqa: S101 - _document made it
    kinds = ", ".join(f"{each['kind']} {each['score']:.2f}" for each in findings)
    text = " ".join(str(row["text"]).split())
    short = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
    return f"{row['verdict']:8} {short}" + (f"  [{kinds}]" if kinds else "")


def _lines(file: Path | None) -> TextIO | nullcontext[TextIO]:
    if file is None:
        return nullcontext(sys.stdin)
    try:
        return file.open(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{file}: it cannot be read: {error.strerror}.") from None
