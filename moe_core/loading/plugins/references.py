"""Turning a written reference, "package.module:attribute", into the object it names."""

import importlib
import re
from difflib import get_close_matches

from moe_core.contracts.errors import PluginError
from moe_core.loading.plugins.containment import contain
from moe_core.loading.plugins.failures import explain_failure

_REFERENCE = re.compile(r"([^\W\d]\w*(?:\.[^\W\d]\w*)*):([^\W\d]\w*(?:\.[^\W\d]\w*)*)")


def resolve_reference(reference: str) -> object:
    """Import the module and fetch the attribute.

    Args:
        reference: "package.module:attribute"; dots in the attribute reach inside it.

    Raises:
        PluginError: The reference is malformed, the module fails, or it has no such attribute.
    """
    match = _REFERENCE.fullmatch(reference.strip())
    if match is None:
        message = f"{reference!r} is no reference to a Python object"
        raise PluginError(message, plugin=reference, reason="reference", hint='write it as "package.module:Name"')
    module_name, path = match.groups()
    outcome = contain(lambda: importlib.import_module(module_name))
    if outcome.failure is not None:
        problem = explain_failure(
            outcome.failure, plugin=reference, location=module_name, doing="while being imported", reason="import"
        )
        message = f"{module_name} {problem.message}"
        raise PluginError(message, plugin=reference, reason=problem.reason, hint=problem.hint) from outcome.failure
    found: object = outcome.value
    for part in path.split("."):
        if not hasattr(found, part):
            near = get_close_matches(part, dir(found), n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else "check the spelling"
            message = f"{module_name} has no {path}"
            raise PluginError(message, plugin=reference, reason="reference", hint=hint)
        found = getattr(found, part)
    return found
