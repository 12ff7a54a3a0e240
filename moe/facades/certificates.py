"""Certificates and keys for encryption between agents: made, listed, renewed."""

from collections.abc import Callable, Sequence
from pkgutil import resolve_name
from typing import Any

from moe.contracts.certificates import CertificateNote
from moe.contracts.encryption import EncryptionPlace
from moe.encryption.certificate_files import CertificateFiles, check_certificate_name
from moe_core.contracts.errors import NameUnknownError, RequestError

_LOCAL = ("localhost", "127.0.0.1", "::1")


class CertificateDirectory:
    """Those in the folder that `system.encryption.folder` names.

    Args:
        place: Where that is.
        create: Makes the workspace that it lies in; None where it lies in none.

    Raises:
        RequestError: From every method: a package is missing.
        StorageError: From every method: a file cannot be read or written.
    """

    def __init__(self, place: EncryptionPlace, create: Callable[[], None] | None = None) -> None:
        self._files = CertificateFiles(place.folder, create)

    def __repr__(self) -> str:
        return f"<CertificateDirectory {self._files.folder}>"

    @property
    def folder(self) -> str:
        """Where they lie."""
        return str(self._files.folder)

    def issue(self, name: str, *, hosts: Sequence[str], days: float) -> list[CertificateNote]:
        """Make a certificate and a key that tasks are sealed to, and the authority where there is none.

        Args:
            name: Whose.
            hosts: Names and addresses of its machines; none for this machine alone.
            days: How long they count.

        Raises:
            RequestError: There is one of that name.
        """
        check_certificate_name(name)
        if self._files.certificate(name).exists():
            raise RequestError(f"there is a certificate of {name!r}", hint=f"moe certs rotate {name}")
        made = self._authority.issue(name, hosts=tuple(dict.fromkeys(hosts)) or _LOCAL, days=days)
        return [made, self._seals.renew(name, days=days)]

    def renew(self, name: str, *, days: float) -> list[CertificateNote]:
        """Make others in their place; those before count until their time is over.

        Raises:
            NameUnknownError: There are none of that name.
        """
        check_certificate_name(name)
        return [self._authority.reissue(name, days=days), self._seals.renew(name, days=days)]

    def renew_authority(self) -> list[CertificateNote]:
        """Make another authority; both vouch until the time of the one before is over.

        Raises:
            NameUnknownError: There is none yet.
        """
        if not self._files.certificate("authority").exists():
            raise NameUnknownError("authority", "authority", hint="moe certs new NAME makes it")
        return [self._authority.renew()]

    def list_all(self) -> list[CertificateNote]:
        """All of them."""
        return [*self._authority.list_certificates(), *self._seals.list_keys()]

    @property
    def _authority(self) -> Any:
        return self._find("moe.encryption.authority:Authority")(self._files)

    @property
    def _seals(self) -> Any:
        return self._find("moe.encryption.seal_keys:SealKeys")(self._files)

    def _find(self, name: str) -> Any:
        try:
            return resolve_name(name)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] not in ("joserfc", "cryptography"):
                raise
            raise RequestError(
                f"the package {error.name}, which certificates need, is not installed",
                hint="pip install 'moe-core[encryption]'",
            ) from error
