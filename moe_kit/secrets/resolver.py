"""Reading a key where a reference says that it is; the one place where moe does."""

import os
import re
import stat
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from moe_core.contracts.errors import SecretError
from moe_core.text.secrets import is_reference, remember_secret
from moe_kit.secrets.reference import SecretReference, parse_reference

_FILE_BYTES_MAX = 65_536  # a key, or a certificate with those above it
_SENTENCE_END = re.compile(r"\.\s")
_SLOW = ("keyring:", "vault:")


def is_slow(text: str) -> bool:
    """Whether somebody else is asked for the key, who may take a while to answer."""
    return text.startswith(_SLOW)


def resolve_secret(text: str, *, setting: str) -> str:
    """The key that a setting refers to, without blank space around it.

    Args:
        text: The reference.
        setting: The setting's name, for messages.

    Raises:
        SecretError: It is no reference, or there is no key; says what to do, and never what the key is.
    """
    reference = parse_reference(text, setting=setting)
    value = _READERS[reference.scheme](reference, setting).strip()
    if not value:
        raise SecretError(f"{setting}: {reference} is empty", hint="put the key there")
    remember_secret(value)
    return value


def resolve_setting(text: str, *, setting: str) -> str:
    """What a setting says, or what it refers to."""
    return resolve_secret(text, setting=setting) if is_reference(text) else text


def _read_variable(reference: SecretReference, setting: str) -> str:
    value = os.environ.get(reference.place)
    if not value:
        raise SecretError(
            f"{setting}: the environment variable {reference.place} is not set",
            hint=f"set it: export {reference.place}=…",
        )
    return value


def _read_file(reference: SecretReference, setting: str) -> str:
    path = Path(reference.place).expanduser()
    try:
        with path.open("rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise SecretError(f"{setting}: {path} is no file", hint="name a file that holds the key alone")
            data = file.read(_FILE_BYTES_MAX + 1)
        text = data.decode()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SecretError(
            f"{setting}: {path} cannot be read: {reason}", hint="name a file that moe may read"
        ) from error
    except UnicodeDecodeError as error:
        raise SecretError(f"{setting}: {path} holds no text", hint="name a file that holds the key alone") from error
    if len(data) > _FILE_BYTES_MAX:
        raise SecretError(f"{setting}: {path} is too long for a key", hint="name a file that holds the key alone")
    return text


def _read_keyring(reference: SecretReference, setting: str) -> str:
    service, _, name = reference.place.partition("/")
    get_password = _find_reader("keyring:get_password", "keyring", reference, setting)
    try:
        value = get_password(service, name)
    except Exception as error:
        told = _SENTENCE_END.split(" ".join(str(error).split()), maxsplit=1)[0].rstrip(".") or type(error).__name__
        raise SecretError(
            f"{setting}: the keyring cannot be read: {told}",
            hint="unlock the system's keyring; where there is none, as on a server, use env:NAME or file:/PATH",
        ) from error
    if not value:
        raise SecretError(
            f"{setting}: the keyring has no {reference.place}", hint=f"put it there: keyring set {service} {name}"
        )
    return str(value)


def _read_vault(reference: SecretReference, setting: str) -> str:
    path, _, key = reference.place.partition("#")
    open_vault = _find_reader("moe_kit.secrets.vault:open_vault", "hvac", reference, setting)
    return str(open_vault(setting).read(path, key, setting=setting))


def _find_reader(name: str, package: str, reference: SecretReference, setting: str) -> Any:
    """What reads references of a kind, out of an optional package."""
    try:
        return resolve_name(name)
    except ImportError as error:
        raise SecretError(
            f"{setting}: the package {package}, which reads {reference}, is not installed",
            hint="pip install 'moe-core[secrets]'",
        ) from error


_READERS = {"env": _read_variable, "file": _read_file, "keyring": _read_keyring, "vault": _read_vault}
