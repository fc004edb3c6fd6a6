"""A language model judges replies by what their owner wants of them."""

from __future__ import annotations

import json
from collections.abc import Callable

from backend.domain.cases import Judged
from backend.domain.errors import ModelFailed
from backend.domain.ports import LanguageModel
from backend.domain.site import Models, Site
from backend.domain.turn import Model, Stop
from backend.turn.confirming import whole
from backend.turn.prompt import lay_out_judging

LONGEST_WHY = 300


class ModelJudge:
    """Implements Judge by the site's middle model."""

    def __init__(self, model: LanguageModel, find: Callable[[str, Models], Model]) -> None:
        self._model = model
        self._find = find

    def judge(self, site: Site, question: str, rubric: str, reply: str) -> Judged:
        models = site.settings.models
        model = self._find(models.middle, models)
        said, usage = whole(self._model.answer(lay_out_judging(question, rubric, reply, model), Stop()))
        holds, why = read_judgement(said)
        return Judged(holds, why, model.id, usage.cost_usd)


def read_judgement(said: str) -> tuple[bool, str]:
    """Return whether a reply holds, and why not; raise ModelFailed where the judge did not say so."""
    try:
        document = json.loads(said[said.index("{") : said.rindex("}") + 1], strict=False)
    except (ValueError, RecursionError):
        raise ModelFailed("the judge sent no such document") from None
    if not isinstance(document, dict) or not isinstance(document.get("holds"), bool):
        raise ModelFailed("the judge sent no such document")
    why = " ".join(str(document.get("why", "")).split())[:LONGEST_WHY]
    return document["holds"], "" if document["holds"] else why or "without a reason"
