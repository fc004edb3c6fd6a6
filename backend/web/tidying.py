"""When Python looks for what nobody needs any more, which stops everything: where no stream waits for it.

1. What was loaded at the start stays, and no look goes through it. So does what the first questions have read, once.
2. What is young is looked at as it comes, a little at a time: a look takes some milliseconds at most.
3. All of it is looked through, which takes fifty milliseconds and more, when no answer is being written, and only where
   enough has come for it. A worker that is never quiet does it after LONGEST_S nevertheless.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

YOUNG, YOUNG_LOOKS = 700, 3  # new things until a look at them, and such looks until one at what they have left
NEVER = 1_000_000_000
ENOUGH = 10  # looks at what is left: then one at everything is worth its time
LONGEST_S = 300.0


class Tidying:
    """Call `look` now and then; `is_quiet` tells that no answer is being written."""

    def __init__(self, is_quiet: Callable[[], bool], now: Callable[[], float] = time.monotonic) -> None:
        self._is_quiet, self._now = is_quiet, now
        self._looked_at = now()
        self._has_frozen = False

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Look for nothing while the block loads what stays: there is little to find then."""
        gc.disable()
        yield
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG, YOUNG_LOOKS, NEVER)
        gc.enable()

    def look(self) -> None:
        """Look through everything where that is due and stops nobody."""
        if gc.get_count()[2] < ENOUGH:
            return
        is_quiet = self._is_quiet()
        if not is_quiet and self._now() - self._looked_at < LONGEST_S:
            return
        gc.collect()
        self._looked_at = self._now()
        if is_quiet and not self._has_frozen:
            self._has_frozen = True
            gc.freeze()
