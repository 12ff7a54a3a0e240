"""Packages that only an extra installs, imported when a document needs them."""

from importlib import import_module
from types import ModuleType

from moe_core.contracts.errors import DocumentError


def load_optional(module: str, *, extra: str, path: str = "") -> ModuleType:
    """Import a module of an optional dependency.

    Args:
        module: Its import name.
        extra: The extra of moe-core that installs it.
        path: The document that needs it, for the message.

    Raises:
        DocumentError: It is not installed. The message says how to install it: a file that is skipped shows no hint.
    """
    try:
        return import_module(module)
    except ImportError as error:
        what = f"{path} needs" if path else "this document needs"
        raise DocumentError(
            f"{what} the package {module!r}, which is not installed: pip install 'moe-core[{extra}]'", path=path
        ) from error
