"""A regular expression that is compiled when it is first used."""

import re
from functools import cached_property


class LatePattern:
    """One of many patterns of which a run needs few: compiling all of them takes longer than reading a short file."""

    def __init__(self, text: str, flags: int = 0) -> None:
        self._text = text
        self._flags = flags

    def __repr__(self) -> str:
        return f"<LatePattern {self._text[:40]!r}>"

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self._text, self._flags)
