"""The console script: the version at once, everything else through `moe.cli.entry`."""

import gc
import os
import sys
from importlib import import_module
from types import ModuleType

from moe.cli.remembered.listings import is_listing
from moe.version import VERSION

_INTERRUPTED = 130  # as `exit_codes` has it, which is not imported for so little
_GC_EVERY = 50_000  # new objects between two looks for circles: with Python's 700 they are 7 % of a small run


def main(arguments: list[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: In place of those of the process.

    Returns:
        The exit code.
    """
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments == ["--version"] and _write(f"moe {VERSION}\n"):
        return 0
    gc.set_threshold(_GC_EVERY)
    try:
        # By name, so that `moe --version` waits for nothing.
        code = import_module("moe.cli.remembered.replay").replay(arguments) if is_listing(arguments) else None
        if code is not None:
            return int(code)
        with import_module("moe.cli.remembered.patterns").remember_patterns():
            if arguments[:1] == ["route"]:
                code = import_module("moe.cli.remembered.routes").route(arguments)
            if code is None:
                _leave_out_pydantic_plugins()
                code = import_module("moe.cli.entry").run_process(arguments)
            return int(code)
    except KeyboardInterrupt:  # while modules are imported, or at the very end
        _write("interrupted\n", "stderr")
        return _INTERRUPTED


def _leave_out_pydantic_plugins() -> None:
    """Have pydantic look for no plugins: that reads the metadata of everything that is installed.

    Its loader imports what reads it even when told to load none (pydantic 2.14, `pydantic/plugin/_loader.py`): a sixth
    of a short command. A module of its name in its place does not.
    """
    if os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__") == "__all__":
        loader = ModuleType("pydantic.plugin._loader")
        vars(loader)["get_plugins"] = tuple
        sys.modules.setdefault(loader.__name__, loader)


def _write(text: str, name: str = "stdout") -> bool:
    """Whether the text could be written; if not, the long way finds out why."""
    try:
        stream = getattr(sys, name)
        stream.write(text)
        stream.flush()
    except (OSError, AttributeError):
        return False
    return True
