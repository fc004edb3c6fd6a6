"""The curve of a site's confidence, as its row holds it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.domain.calibration import Curve, Fitting

BEGINNING = Curve()


def curve_of(kept: Mapping[str, Any] | None) -> Curve:
    """Return the curve of a row; that of all sites where nothing was fitted yet."""
    return Curve(kept["slope"], kept["level"], kept["decisions"]) if kept else BEGINNING


def fitting_of(kept: Mapping[str, Any]) -> Fitting:
    at = datetime.fromisoformat(kept["at"])
    return Fitting(curve_of(kept), at, kept["decided"], kept["fresh"], kept["error"], kept["error_before"])


def fitting_document(fitting: Fitting) -> dict[str, object]:
    curve = fitting.curve
    return {
        "slope": curve.slope,
        "level": curve.level,
        "decisions": curve.decisions,
        "at": fitting.at.isoformat(),
        "decided": fitting.decided,
        "fresh": fitting.fresh,
        "error": round(fitting.error, 6),
        "error_before": round(fitting.error_before, 6),
    }
