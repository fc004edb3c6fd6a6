"""What a person who starts the product reads when it is ready."""

from __future__ import annotations

from backend.settings import Settings

ANSWERERS = {
    "embedded": "the embedded answerer (set ANTHROPIC_API_KEY to have Claude answer)",
    "anthropic": "Claude",
    "bedrock": "Claude on Bedrock",
    "vertex": "Claude on Vertex",
}


def greeting(settings: Settings) -> str:
    """Return where to look and who answers."""
    from backend.web.demo import demo_pages  # the web's import costs every command half a second

    lines = [f"Deskbell is ready at {settings.public_url}", f"  answers come from {ANSWERERS[settings.provider]}"]
    if settings.shows_demo:
        from backend.web.demo import demo_pages  # its import costs every command half a second

        lines += [f"  demo: {settings.public_url}{page}" for page in demo_pages(settings.examples_dir)]
    lines.append("  Ctrl-C ends it.")
    return "\n".join(lines)
