"""How a plugin ended the process that tried it, as a problem in one line."""

import os
import re
import signal
from contextlib import suppress
from pathlib import Path

from moe_core.contracts.plugin import PluginSource, Problem

_FRAME = re.compile(r'^  File "(?P<file>[^"]+)", line (?P<line>\d+) in (?P<name>.+)$', re.MULTILINE)
_PYTHON = os.path.dirname(os.__file__) + os.sep
_OWN = str(Path(__file__).resolve().parents[3])


def explain_hang(source: PluginSource, trace: str, *, seconds: float) -> Problem:
    """It took longer than it may.

    Args:
        source: The plugin.
        trace: Where it was, as `faulthandler` writes it.
        seconds: How long it had.
    """
    where, doing = _find_place(source, trace)
    return Problem(
        plugin=source.plugin,
        reason="hang",
        message=f"took longer than {seconds:g} seconds {doing}",
        hint=f"move what is slow at {where} into execute, or give it its time once: moe plugins refresh --seconds 60",
        location=where,
    )


def explain_ending(source: PluginSource, trace: str, *, status: int) -> Problem:
    """The process ended before the plugin was read.

    Args:
        source: The plugin.
        trace: Where it was, as `faulthandler` writes it.
        status: What `os.waitpid` said.
    """
    where, doing = _find_place(source, trace)
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return Problem(
            plugin=source.plugin,
            reason="ended",
            message=f"ended the whole process with exit code {code} while being imported or asked for what it brings",
            hint=f"take os._exit or its like out of {where}, or remove the plugin",
            location=where,
        )
    name = str(-code)
    with suppress(ValueError):
        name = signal.Signals(-code).name
    return Problem(
        plugin=source.plugin,
        reason="crash",
        message=f"crashed Python ({name}) {doing}",
        hint=f"reinstall or mend what it uses at {where}, or remove the plugin",
        location=where,
    )


def _is_of_python(file: str) -> bool:
    return file.startswith(_PYTHON) and "site-packages" not in file


def _find_place(source: PluginSource, trace: str) -> tuple[str, str]:
    """The innermost line that is neither Python's nor moe's, and what was going on there."""
    for frame in _FRAME.finditer(trace):
        file, name = frame["file"], frame["name"]
        if os.path.isabs(file) and not file.startswith(_OWN) and not _is_of_python(file):
            hook = next((word for word in re.findall(r"\bin (moe_\w+)$", trace, re.MULTILINE)), "")
            doing = f"in its hook {hook}" if hook else "while being imported"
            return f"{file}:{frame['line']} ({name})", doing
    return source.location, "while being imported or asked for what it brings"
