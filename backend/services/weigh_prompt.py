"""How much of the model's prompt a site's settings and pages take, about."""

from __future__ import annotations

from dataclasses import dataclass

from backend.domain.versions import Draft
from backend.services.parts import SiteParts
from backend.turn.prompt import CHARACTERS_A_TOKEN, documents_text, examples_text, persona_text

TYPICAL_PASSAGES = 5
TYPICAL_PASSAGE = 220  # tokens
ADVISED_PERSONA = 1_000  # tokens: more costs with each question, and models follow long rules less


@dataclass(frozen=True, slots=True)
class PromptWeights:
    """Tokens, about. `knowledge` is what every question sends: all pages of a small site, else a few passages."""

    persona: int
    examples: int
    knowledge: int
    most: int

    @property
    def all(self) -> int:
        return self.persona + self.examples + self.knowledge

    @property
    def free(self) -> int:
        return max(0, self.most - self.all)

    @property
    def is_long(self) -> bool:
        """Tell whether persona and rules are longer than is advised."""
        return self.persona > ADVISED_PERSONA


def weigh_prompt(draft: Draft, parts: SiteParts) -> PromptWeights:
    """Return what each question would send under a draft. `parts` know drafts (`in_draft`)."""
    settings = draft.settings
    whole = parts.knowledge.search(draft.site, "").whole
    knowledge = _tokens(documents_text(whole)) if whole else TYPICAL_PASSAGES * TYPICAL_PASSAGE
    return PromptWeights(
        persona=_tokens(persona_text(draft.site, "")),
        examples=_tokens(examples_text(settings.examples)) if settings.examples else 0,
        knowledge=knowledge,
        most=settings.limits.input_tokens,
    )


def _tokens(text: str) -> int:
    return len(text) // CHARACTERS_A_TOKEN
