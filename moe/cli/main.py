"""The console script: the version at once, everything else through `moe.cli.entry`."""

import atexit
import gc
import os
import sys
from importlib import import_module
from types import ModuleType

from moe.cli.remembered.listings import is_listing
from moe.version import VERSION

_INTERRUPTED = 130  # as `exit_codes` has it, which is not imported for so little
_GC_EVERY = 200_000  # new objects between two looks for circles: with Python's 700 they are 7 % of a small run


def start() -> None:
    """Run the command line as a process of its own, and end it.

    Python's own end takes every module and value apart one by one, a fifteenth of a small run, for the system to take
    the memory back at once. What was registered for the end is called, and the output written, as it would be.
    """
    code = main()
    if not _goes_on():
        atexit._run_exitfuncs()
        try:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        except (OSError, ValueError, AttributeError):  # closed or gone: Python's own end tells
            pass
    sys.exit(code)


def _goes_on() -> bool:
    """Whether something has work left: a thread, a debugger, a profiler, or `python -i`."""
    threads = sys.modules.get("threading")  # by name, as they take long to import for `moe --version`
    monitoring = getattr(sys, "monitoring", None)
    tools = [monitoring.get_tool(number) for number in range(6)] if monitoring is not None else []
    is_watched = bool(sys.flags.interactive or sys.gettrace() or sys.getprofile() or any(tools))
    return is_watched or (threads is not None and threads.active_count() > 1)


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
