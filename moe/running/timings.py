"""How long the steps of a run take."""

import time

import msgspec


class Timings(msgspec.Struct):
    """Seconds by step, measured as the run goes."""

    started: float = msgspec.field(default_factory=time.perf_counter)
    seconds: dict[str, float] = msgspec.field(default_factory=dict)
    _last: float = msgspec.field(default_factory=time.perf_counter)

    def mark(self, step: str) -> None:
        """The step that began at the last mark ends now."""
        now = time.perf_counter()
        self.seconds[step] = round(now - self._last, 4)
        self._last = now

    def total(self) -> dict[str, float]:
        """All steps and their sum."""
        return {**self.seconds, "total": round(time.perf_counter() - self.started, 4)}
