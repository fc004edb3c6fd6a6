"""Two pages of a shop, and what a search finds of them."""

from __future__ import annotations

from backend.domain.knowledge import Found, Hit, Passage
from backend.domain.site import Site, SiteSettings

SITE = Site(1, "pk_test", 1, SiteSettings(name="Larkmoor", origins=("https://larkmoor.example",)))


RETURNS = Passage(
    1,
    "returns",
    "Returns",
    "https://larkmoor.example/returns",
    "How long",
    "You can return any item within 60 days of delivery. Used tents must be clean and dry.",
)


REPAIRS = Passage(2, "repairs", "Repairs", "", "", "A repair takes about two weeks and costs $15.50 for other damage.")


FOUND = Found((Hit(RETURNS, 2.0), Hit(REPAIRS, 1.0)), 0.9)
