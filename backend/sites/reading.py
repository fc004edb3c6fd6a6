"""The file site.toml becomes settings.

Rules: `name` and `origins` are enough; a field that we do not know, or do not serve yet, is refused and never
ignored, since an owner would rely on it; the first thing that is wrong is said in one sentence that names the file,
the field and the remedy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from backend.domain.errors import SettingsError
from backend.domain.site import SiteSettings
from backend.domain.site_fields import Wrong, check_all, key
from backend.domain.toml import read_toml
from backend.sites.declared import checks_of

FILE = "site.toml"

NOT_SERVED_YET = ("budget", "retention")
NEEDED = {"name": 'a line such as name = "My shop"', "origins": 'a line such as origins = ["https://www.example.com"]'}


@dataclass(frozen=True, slots=True)
class Described:
    """A site as its folder describes it; `key` is None where the folder leaves it to us."""

    settings: SiteSettings
    key: str | None


def read_site(folder: Path) -> Described:
    """Return the settings of a site's folder; raise SettingsError with one sentence."""
    path = folder / FILE
    if not folder.is_dir():
        raise SettingsError(f"{folder}: there is no such folder; name the one that holds {FILE}.")
    if not path.exists():
        raise SettingsError(f"{path}: there is no such file; a site needs one with its name and origins.")
    try:
        return read_settings(read_toml(path))
    except Wrong as wrong:
        raise SettingsError(f"{path}: {wrong}") from None


def read_settings(given: Mapping[str, object]) -> Described:
    """Return the settings that a parsed site.toml describes; raise Wrong."""
    for name in NOT_SERVED_YET:
        if name in given:
            raise Wrong(name, "is not served by this version and would have no effect; remove it.")
    for name, remedy in NEEDED.items():
        if name not in given:
            raise Wrong(name, f"is missing; add {remedy}.")
    read = check_all(given, {"key": key, **checks_of(SiteSettings)})
    public_key = read.pop("key", None)
    return Described(SiteSettings(**read), public_key)
