"""May it come in? What a visitor wrote is judged before any model sees it.

1. Size first, then personal data, then injection: whoever is refused learns the reason that helps them most.
2. What is redacted is redacted for everyone: the model, the record and the log never see it.
3. A check that breaks refuses the question; it never waves it through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from backend.domain.errors import InjectionSuspected, PersonalDataFound
from backend.domain.findings import Finding, Suspicion
from backend.domain.personal_data import KINDS
from backend.domain.ports import InjectionDetector, PersonalDataFinder
from backend.domain.site import Safety
from backend.domain.turn import Asked, FlagRaised, Page, PastTurn, Question
from backend.domain.words import sentence
from backend.turn.ingress.size import check_size, readable

SURE_ENOUGH_TO_REFUSE = 0.6  # below it, what would be refused is redacted: a visitor is not sent back on a guess
INJECTION: Final = "prompt_injection"


@dataclass(frozen=True, slots=True)
class Checks:
    """Who looks at a question."""

    personal_data: PersonalDataFinder
    injection: InjectionDetector


@dataclass(frozen=True, slots=True)
class Seen:
    """The personal data in a text, by what becomes of it; `text` is what may be passed on."""

    text: str
    refused: tuple[Finding, ...]
    redacted: tuple[Finding, ...]
    allowed: tuple[Finding, ...]


def admit(asked: Asked, history: Sequence[PastTurn], checks: Checks) -> Question:
    """Return the question as models and records may see it; raise the Refusal that it meets first."""
    check_size(asked.message)
    safety = asked.site.settings.safety
    seen = look_for_personal_data(asked.message, safety, checks.personal_data)
    if seen.refused:
        raise personal_data_found(seen.refused, asked.locale)
    suspicion = checks.injection.detect(asked.message)
    if suspicion.score >= safety.injection_refuse:
        raise InjectionSuspected(sentence("injection_refused", asked.locale))
    return Question(
        text=readable(seen.text),
        history=tuple(history),
        flags=flags_of(suspicion, safety),
        page=redacted_page(asked.page, safety, checks.personal_data),
        is_redacted=bool(seen.redacted),
    )


def look_for_personal_data(text: str, safety: Safety, finder: PersonalDataFinder) -> Seen:
    """Return what was found and what the site does about it."""
    by_action: dict[str, list[Finding]] = {"allow": [], "redact": [], "refuse": []}
    for finding in finder.find(text):
        by_action[action_of(finding, safety)].append(finding)
    # Also what is refused: nobody who is shown the text of a refused question should read it there.
    hidden = sorted([*by_action["redact"], *by_action["refuse"]], key=lambda finding: finding.start)
    return Seen(hide(text, hidden), tuple(by_action["refuse"]), tuple(by_action["redact"]), tuple(by_action["allow"]))


def action_of(finding: Finding, safety: Safety) -> str:
    action = safety.personal_data.get(finding.kind, KINDS[finding.kind].action)
    return "redact" if action == "refuse" and finding.score < SURE_ENOUGH_TO_REFUSE else action


def hide(text: str, findings: Sequence[Finding]) -> str:
    """Return the text with placeholders where these findings, in reading order, stand."""
    pieces, end_of_last = [], 0
    for finding in findings:
        pieces += [text[end_of_last : finding.start], KINDS[finding.kind].placeholder]
        end_of_last = finding.end
    return "".join([*pieces, text[end_of_last:]])


def personal_data_found(refused: Sequence[Finding], locale: str) -> PersonalDataFound:
    """Return the refusal that names the kinds, with the sentence for the first that stands in the text."""
    found = sentence(f"found_{KINDS[refused[0].kind].sentence}", locale)
    kinds = sorted({finding.kind for finding in refused})
    return PersonalDataFound(f"{found} {sentence('not_passed_on', locale)}", extra={"kinds": kinds})


def flags_of(suspicion: Suspicion, safety: Safety) -> tuple[FlagRaised, ...]:
    """Return the flag of a question that is let in under suspicion, with what was seen."""
    if suspicion.score < safety.injection_flag:
        return ()
    seen = ", ".join(suspicion.families) or "style"
    return (FlagRaised(INJECTION, f"score {suspicion.score:.2f}: {seen}"),)


def redacted_page(page: Page, safety: Safety, finder: PersonalDataFinder) -> Page:
    """Return the page without personal data: addresses in a query are as private as those in the question."""
    if not page.url and not page.title:
        return page
    url, title = (look_for_personal_data(text, safety, finder).text for text in (page.url, page.title))
    return replace(page, url=url, title=title)
