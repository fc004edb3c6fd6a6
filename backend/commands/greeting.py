"""The greeting of a person who has started the product, when it is ready."""

from __future__ import annotations

from backend.domain.errors import SettingsError
from backend.domain.ports import SiteBook
from backend.domain.toml import read_toml
from backend.settings import Settings

ANSWERERS = {
    "embedded": "the embedded answerer (set ANTHROPIC_API_KEY to have Claude answer)",
    "anthropic": "Claude",
    "bedrock": "Claude on Bedrock",
    "vertex": "Claude on Vertex",
}


def greeting(settings: Settings, sites: SiteBook) -> str:
    """Return where to look and who answers."""
    lines = [f"Deskbell is ready at {settings.public_url}", f"  answers come from {ANSWERERS[settings.provider]}"]
    if settings.shows_demo:
        lines += demo_lines(settings, {site.key for site in sites.sites()})
    lines.append("  Ctrl-C ends it.")
    return "\n".join(lines)


def demo_lines(settings: Settings, known: set[str]) -> list[str]:
    """Return the addresses of the examples that this database has; how to load them where it has none."""
    from backend.web.demo import demo_pages  # its import costs every command half a second

    pages = [page for page in demo_pages(settings.examples_dir) if key_of_demo(settings, page) in known]
    if pages:
        return [f"  demo: {settings.public_url}{page}" for page in pages]
    example = settings.examples_dir / "help-centre"
    return [f"  the examples are not in this database; `python -m backend site apply {example}` adds one"]


def key_of_demo(settings: Settings, page: str) -> str:
    """Return the key of the example that a demo page shows; empty where its folder names none."""
    try:
        return str(read_toml(settings.examples_dir / page.split("/")[2] / "site.toml").get("key", ""))
    except SettingsError:
        return ""
