"""Having plugins tried in another process, so that none of them can hang, end or change this one."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from moe_core.contracts.plugin import Problem
from moe_core.loading.plugins.probing.endings import explain_ending
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
    records = _try(targets, range(len(targets)), seconds=seconds)
    return [records.get(number) or _give_up(target) for number, target in enumerate(targets)]


def _try(targets: Sequence[Target], numbers: Sequence[int], *, seconds: float) -> dict[int, dict[str, Any]]:
    """Records by number. Where a plugin has ended the process that tries all, the others are tried without it."""
    request = {
        "path": [str(place) for place in sys.path],
        "targets": [targets[number].to_wire() for number in numbers],
        "seconds": seconds,
        "parent": os.getpid(),
    }
    answer, code = _ask(json.dumps(request).encode(), _SECONDS_TO_START + seconds * len(numbers))
    records = {numbers[place]: record for place, record in _read_lines(answer)}
    missing = [number for number in numbers if number not in records]
    if code >= 0 or not missing:  # it came to its end, or had to be ended
        return records
    if len(numbers) == 1:
        target = targets[numbers[0]]
        return {numbers[0]: make_failed_record(target, explain_ending(target.source, "", status=-code))}
    half = (len(missing) + 1) // 2
    for part in (missing[:half], missing[half:]):
        records |= _try(targets, part, seconds=seconds) if part else {}
    return records


def _read_lines(answer: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    """All but a line that was not written to its end."""
    for line in answer.splitlines():
        with suppress(ValueError):
            yield json.loads(line)


def _ask(request: bytes, seconds: float) -> tuple[bytes, int]:
    """What the process wrote, and its exit code; 0 when it had to be ended."""
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
        return b"", 0
    with process:
        try:
            answer = process.communicate(request, timeout=seconds)[0]
        except subprocess.TimeoutExpired as late:
            return late.output or b"", 0
        else:
            return answer, process.returncode
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
