"""The plugin API that a module's source says it is made for, read without running it."""

import re
from pathlib import Path

from moe_core.contracts.hookspecs import API_VERSION
from moe_core.files.regular import read_regular
from moe_core.loading.plugins.intake import Intake

_DECLARED = re.compile(rb"^MOE_API_VERSION\s*(?::[^=\n]*)?=\s*(\d{1,6})\s*(?:#.*)?$", re.MULTILINE)
_MAX_BYTES = 16 << 20  # far above any module that somebody wrote


def check_declared(source: Path | None, intake: Intake) -> bool:
    """Whether this moe's API is declared, or none in a way that can be read; another one is reported."""
    if source is None:
        return True
    try:
        match = _DECLARED.search(read_regular(source, max_bytes=_MAX_BYTES))
    except OSError:  # importing it will tell
        return True
    return match is None or check_version(int(match[1]), intake)


def check_version(declared: object, intake: Intake) -> bool:
    """Whether a plugin that declares this version can be used; if not, it is reported."""
    if type(declared) is int and declared == API_VERSION:
        return True
    if type(declared) is not int:
        intake.report("api_version", "declares a MOE_API_VERSION that is no whole number", f"write {API_VERSION}")
        return False
    newer = declared > API_VERSION
    hint = "update moe, or take an older version of the plugin" if newer else "take a newer version of the plugin"
    intake.report("api_version", f"is made for plugin API {declared}; this moe has {API_VERSION}", hint)
    return False
