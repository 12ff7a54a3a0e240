"""Having plugins tried in another process, so that none of them can hang, end or change this one."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from moe_core.contracts.plugin import Problem
from moe_core.loading.plugins.probing.forks import make_failed_record
from moe_core.loading.plugins.probing.trial import try_target
from moe_core.loading.plugins.targets import Target

DEFAULT_SECONDS = 2.0  # for each plugin: a command with several that hang still ends within 5
_SECONDS_TO_START = 30  # of the process itself, on a machine under load
_SECONDS_TO_END = 2

_START = (
    "import json, sys; request = json.loads(sys.stdin.buffer.read()); sys.path[:] = request['path']; "
    "from moe_core.loading.plugins.probing.child import serve; serve(request)"
)


def probe_targets(targets: Sequence[Target], *, seconds: float = DEFAULT_SECONDS) -> list[dict[str, Any]]:
    """Import every plugin and ask it for what it brings, each in a process of its own.

    Where processes cannot be forked, plugins are imported in this one.

    Args:
        targets: The plugins.
        seconds: How long each may take.

    Returns:
        Their records, in order; what a plugin does to its process is a problem in its record.

    Raises:
        KeyboardInterrupt: The user pressed Ctrl-C meanwhile.
    """
    if not targets:
        return []
    if not hasattr(os, "fork") or not sys.executable:
        return [try_target(target) for target in targets]
    request = {
        "path": [str(place) for place in sys.path],
        "targets": [target.to_wire() for target in targets],
        "seconds": seconds,
    }
    with suppress(ValueError):
        records = json.loads(_ask(json.dumps(request).encode(), _SECONDS_TO_START + seconds * len(targets)))
        if isinstance(records, list) and len(records) == len(targets):
            return records
    return [_give_up(target) for target in targets]


def _ask(request: bytes, seconds: float) -> bytes:
    command = [sys.executable, "-I", "-W", "ignore", *(["-B"] if sys.dont_write_bytecode else []), "-c", _START]
    try:
        process = subprocess.Popen(  # noqa: S603 - this Python, with a program of moe's own
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return b""
    with process:
        try:
            return process.communicate(request, timeout=seconds)[0]
        except subprocess.TimeoutExpired:
            return b""
        finally:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Let it end those whom it has started, then end it."""
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_SECONDS_TO_END)
        process.kill()


def _give_up(target: Target) -> dict[str, Any]:
    """For this call only: it says nothing of the plugin."""
    message = "could not be tried: the process for it did not answer"
    hint = f"say the command once more; leave the plugin aside: --no-plugins={target.source.plugin}"
    problem = Problem(
        plugin=target.source.plugin, reason="probe", message=message, hint=hint, location=target.source.location
    )
    return {**make_failed_record(target, problem), "stamps": None}
