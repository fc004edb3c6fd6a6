"""Anthropic's SDK, of which one part is used: others import it from here alone.

1. It comes with all that its service knows: of 2,900 modules those of the messages and their failures are read, 1,000,
   at half of the time and half of the memory (`lean_import.py`). All that is read is the SDK's own, unchanged.
2. Of other clouds' clients the one that is wanted is imported where it is made; `anthropic` itself does not name them.
3. Where the SDK was imported before, it is left as it is.
"""

from __future__ import annotations

from backend.domain.lean_import import names_on_demand, stand_ins

OTHER_CLOUDS = ("aws", "bedrock", "foundry", "google_cloud", "vertex")

with (
    stand_ins(*(f"anthropic.lib.{cloud}" for cloud in OTHER_CLOUDS)),
    names_on_demand("anthropic.types", "anthropic.resources"),
):
    import anthropic
    import anthropic.resources.messages  # the client would import it at its first call

__all__ = ["anthropic"]
