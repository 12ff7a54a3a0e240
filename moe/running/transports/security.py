"""How transports of one process are encrypted: by certificates, by seals, by both or neither."""

from pkgutil import resolve_name
from typing import Any

from moe.contracts.encryption import EncryptionPlace
from moe_core.contracts.errors import RequestError
from moe_core.contracts.transports import Dispatch, Transport, TransportTls

_AUTHORITY = "authority"


def find_tls(place: EncryptionPlace) -> TransportTls | None:
    """The files by which a process shows who it is, and knows others; None for one without a name."""
    if not place.name:
        return None
    own = place.folder / place.name
    return TransportTls(
        authority=str(place.folder / f"{_AUTHORITY}.pem"), certificate=f"{own}.pem", key=f"{own}.key", name=place.name
    )


def seal_transport(transport: Transport, place: EncryptionPlace) -> Transport:
    """The asking end of a transport, sealed where the settings say so.

    Raises:
        RequestError: A package is missing.
    """
    if not place.is_sealed:
        return transport
    box = _find("SealedBox")(_open_keys(place), place.peer)
    sealed: Transport = resolve_name("moe.running.transports.sealed:SealedTransport")(transport, box)
    return sealed


def seal_dispatch(dispatch: Dispatch, place: EncryptionPlace) -> Dispatch:
    """What a transport hands tasks to, which opens them where the settings say so.

    Raises:
        RequestError: A package is missing, or the process has no name.
        StorageError: It has no key.
    """
    if not place.is_sealed:
        return dispatch
    if not place.name:
        raise RequestError(
            "tasks are taken sealed, and this process has no name to have them sealed to",
            hint="moe certs new worker, and set system.encryption.name to worker",
        )
    opener = _find("SealOpener")(_open_keys(place), place.name)
    sealed: Dispatch = resolve_name("moe.running.transports.sealed:SealedDispatch")(dispatch, opener)
    return sealed


def _open_keys(place: EncryptionPlace) -> Any:
    files = resolve_name("moe.encryption.certificate_files:CertificateFiles")(place.folder)
    return resolve_name("moe.encryption.seal_keys:SealKeys")(files)


def _find(name: str) -> Any:
    try:
        return resolve_name(f"moe.encryption.sealing:{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("joserfc", "cryptography"):
            raise
        raise RequestError(
            f"the package {error.name}, which sealing needs, is not installed",
            hint="pip install 'moe-core[encryption]'",
        ) from error
