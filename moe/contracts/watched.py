"""What decides which plugins, modelfiles and settings there are."""

import msgspec


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """The places whose change is a reason to look again.

    Attributes:
        whole: Files, and folders in which something may come or go; also such as are not there.
        owned: Folders of which only counts whether they are there, which they are, and whose.
        until: When to look again all the same, in seconds since 1970.
    """

    whole: tuple[str, ...]
    owned: tuple[str, ...]
    until: float
