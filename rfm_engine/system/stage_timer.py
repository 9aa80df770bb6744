"""How long the stages of a run take."""

from __future__ import annotations

from time import perf_counter


class StageTimer:
    """How long each stage took, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = perf_counter()

    def begin(self, stage: str) -> None:
        """Tell which stage begins, where it is not the one that follows the last."""

    def lap(self, stage: str) -> None:
        """End a stage, which may be one of several of its name."""
        now = perf_counter()
        self.seconds[stage], self._since = round(self.seconds.get(stage, 0) + now - self._since, 3), now
