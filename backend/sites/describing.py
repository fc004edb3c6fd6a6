"""Writes docs/reference/site.md from the declarations of the settings: `python -m backend.sites.describing`."""

from __future__ import annotations

from collections.abc import Iterator

from backend.domain.site import SiteSettings
from backend.sites.declared import Declared, settings_of
from backend.sites.writing import write_value

HEAD = """# site.toml

All that an owner can set for a site. `name` and `origins` are enough. A field that is not named here, and a value that
cannot be used, stop `site apply` with one sentence that names the file, the field and the remedy.
`site export` writes the fields that differ from their defaults; `site remove KEY` removes a site with its pages and
conversations.

Without a `key` a folder is the site of its name, else the site that was last applied from this folder: a changed name
changes that site. Where the origins are others as well, `site apply` asks for a `key` instead of making a second site.

This page is written by `python -m backend.sites.describing` from the declarations in `backend/domain/site.py`; a test
holds that it is the newest (`tests/sites/test_describing.py`).
"""
KEY = "| `key` | made at the first `site apply` | the site's public key, `pk_` and 4 to 64 letters or digits |"
ROWS = "| field | default | meaning |\n|---|---|---|"


def describe_settings() -> str:
    """Return the page about site.toml."""
    return "\n".join([HEAD, *_sections()]) + "\n"


def _sections() -> Iterator[str]:
    settings = settings_of(SiteSettings)
    yield "\n".join([ROWS, KEY, *(_row(each) for each in settings if each.table is None)])
    for each in settings:
        if each.table:
            title = f"[[{each.name}]]" if each.is_list else f"[{each.name}]"
            rows = "\n".join([ROWS, *(_row(field) for field in settings_of(each.table))])
            yield f"\n## `{title}`\n\n{each.meaning}\n\n{rows}"


def _row(each: Declared) -> str:
    default = "needed" if each.is_needed else f"`{write_value(each.default)}`"
    return f"| `{each.name}` | {default} | {each.meaning} |"


if __name__ == "__main__":
    print(describe_settings(), end="")
