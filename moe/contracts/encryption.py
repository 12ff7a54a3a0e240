"""How one process encrypts what it says to others."""

from pathlib import Path

import msgspec

from moe.contracts.encryption_settings import EncryptionSettings

SEALED = "sealed"
"""The one key of a payload that is sealed."""


class EncryptionPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where its certificates and keys lie, and what is done with them.

    Attributes:
        folder: Of certificates and keys.
        name: Its own among them; "" for none.
        is_sealed: Tasks and results are sealed to their receiver.
        peer: Whose key tasks are sealed to.
    """

    folder: Path = Path("certs")
    name: str = ""
    is_sealed: bool = False
    peer: str = "worker"

    @classmethod
    def of(cls, settings: EncryptionSettings, workspace: Path) -> "EncryptionPlace":
        """As the settings say; a folder without a beginning lies in the workspace."""
        folder = workspace / Path(settings.folder).expanduser()
        return cls(folder=folder, name=settings.name, is_sealed=settings.sealed, peer=settings.peer)


IN_THE_OPEN = EncryptionPlace()
"""Of a process that encrypts nothing."""
