"""A site is written as a folder that can be applied again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from backend.domain.errors import SettingsError
from backend.domain.site import Site
from backend.knowledge.intake import write_documents
from backend.services.apply_folder import KB
from backend.services.parts import SiteParts
from backend.sites.reading import FILE
from backend.sites.writing import write_site


def export_site(site: Site, folder: Path, parts: SiteParts) -> int:
    """Write `site.toml` and `kb/` into a new or empty folder; return how many documents. Raise SettingsError."""
    documents = parts.passages.documents(site.id)
    files = {Path(FILE): write_site(site)}
    files |= {Path(KB, *path.parts): text for path, text in write_documents(documents)}
    write_folder(folder, files)
    return len(documents)


def write_folder(folder: Path, files: Mapping[Path, str]) -> None:
    """Write files into a new or empty folder: in another, files that are there already would be applied as well."""
    try:
        if folder.exists() and any(folder.iterdir()):
            raise SettingsError(f"{folder}: the folder is not empty; name a new one.")
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise SettingsError(f"{folder}: it cannot be written: {error.strerror}.") from None
