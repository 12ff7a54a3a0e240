"""Saying in one line why a plugin failed, and what to do about it."""

import traceback
from pathlib import Path

from moe_core.contracts.errors import MoeError
from moe_core.contracts.plugin import Problem

_LONGEST_REASON = 300


def explain_failure(error: BaseException, *, plugin: str, location: str, doing: str, reason: str) -> Problem:
    """Turn what a plugin raised into a problem.

    Args:
        error: What it raised.
        plugin: The plugin's id.
        location: Its file or module.
        doing: What moe was doing, as in "while importing it" or "in its hook moe_tools".
        reason: The slug, unless the error itself tells a better one.
    """
    if isinstance(error, SyntaxError):
        where = f"{location}:{error.lineno}" if error.lineno else location
        text = f"is not valid Python: {error.msg}"
        return Problem(plugin=plugin, reason="syntax", message=text, hint=f"mend {where}", location=where)
    where = _locate(error, location)
    if isinstance(error, SystemExit):
        text = f"called exit({'' if error.code is None else repr(error.code)}) {doing}"
        hint = "move what should only run as a script under: if __name__ == '__main__':"
        return Problem(plugin=plugin, reason="exit", message=text, hint=hint, location=where)
    if isinstance(error, ImportError):
        return _explain_import(error, plugin=plugin, where=where, location=location, doing=doing)
    if isinstance(error, UnicodeDecodeError):
        text = f"is not text in {error.encoding}: byte {error.start} cannot be read"
        return Problem(plugin=plugin, reason="encoding", message=text, hint="save it as UTF-8", location=where)
    text = f"raised {type(error).__name__} {doing}{_tell(error)}"
    hint = error.hint if isinstance(error, MoeError) and error.hint else f"mend {where}, or remove the plugin"
    return Problem(plugin=plugin, reason=reason, message=text, hint=hint, location=where)


def _explain_import(error: ImportError, *, plugin: str, where: str, location: str, doing: str) -> Problem:
    missing = error.name or ""
    top = missing.partition(".")[0]
    if not isinstance(error, ModuleNotFoundError) or not top:
        text, hint = f"raised ImportError {doing}{_tell(error)}", f"mend the import at {where}"
    elif top in ("moe_core", "moe"):
        text = f"imports {missing}, which this moe does not have"
        hint = "import from moe_core, or use a version of moe that has it"
    elif (Path(location).parent / f"{top}.py").is_file() or (Path(location).parent / top).is_dir():
        text = f"imports {missing} from its own folder, which is not on the import path"
        hint = "keep the plugin in one file, or install it as a package with an entry point in moe.plugins"
    else:
        text = f"needs the module {missing}, which is not installed"
        hint = f"install {top} in the environment that moe runs in"
    return Problem(plugin=plugin, reason="import", message=text, hint=hint, location=where)


def _locate(error: BaseException, location: str) -> str:
    """The location, with the deepest line of that file that the error passed through."""
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == location]
    return f"{location}:{lines[-1]}" if lines else location


def _tell(error: BaseException) -> str:
    """ ": " and the error's own words, on one line; a plugin's `__str__` may itself be broken."""
    try:
        words = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - the plugin boundary: the plugin's own exception class
        return ""
    if len(words) > _LONGEST_REASON:
        words = words[:_LONGEST_REASON] + "…"
    return f": {words}" if words else ""
