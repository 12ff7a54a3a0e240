"""What is told of certificates and keys."""

from typing import Literal

import msgspec


class CertificateNote(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate, or a key that tasks are sealed to.

    Attributes:
        name: Whose it is; "authority" for the one that vouches for the others.
        kind: What it is.
        number: The certificate's serial number, or the key's id.
        until: Unix time in seconds, until which it counts.
        hosts: Names and addresses that the certificate is for.
        is_newest: Whether it is the one in use; an older one counts beside it while others change over.
        path: The file that it is in.
    """

    name: str
    kind: Literal["authority", "certificate", "seal"]
    number: str
    until: float
    hosts: tuple[str, ...] = ()
    is_newest: bool = True
    path: str = ""
