"""Optional packages, by the extra that installs them."""

import msgspec


class Extra(msgspec.Struct, frozen=True, kw_only=True):
    """One extra of moe-core.

    Attributes:
        name: As `pip install 'moe-core[name]'` takes it.
        brings: What it is for.
        is_installed: Its packages are there.
        is_needed: The configuration asks for what it brings.
    """

    name: str
    brings: str
    is_installed: bool
    is_needed: bool
