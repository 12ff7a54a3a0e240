"""A child process for work that may take too much: asked once, answers once, and ends with its parent."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import anyio

from moe_core.contracts.errors import ToolError
from moe_core.contracts.wire import JsonObject, decode_json, encode_json
from moe_kit.processes.address_space import limit_address_space

# What a child needs of the environment; keys and settings of the user's are none of its business.
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "LD_LIBRARY_PATH")
_ROOT = Path(__file__).resolve().parents[2]  # where the kit and the kernel are imported from
_STATM = Path("/proc/self/statm")


async def ask_child(script: Path, request: JsonObject, *, seconds: float) -> JsonObject:
    """What a script, run by this interpreter, answers (see `serve_parent`).

    Args:
        script: A file of Python.
        request: Handed to it.
        seconds: How long it may take; then it is killed.

    Raises:
        TimeoutError: It took longer.
        ToolError: It ended without an answer, as one does that takes more memory than it may.
    """
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    command = (sys.executable, "-P", str(script))
    with anyio.fail_after(seconds):
        async with await anyio.open_process(
            command, env={**kept, "PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1"}, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                await process.stdin.send(encode_json(request) + b"\n")
                answer = b"".join([chunk async for chunk in process.stdout])
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                answer = b""
            finally:
                if process.returncode is None:
                    process.kill()
    if not answer.endswith(b"\n"):
        raise ToolError("it took more memory or time than it may, and was ended", hint="ask for less")
    return decode_json(dict, answer)


def serve_parent(answer: Callable[[JsonObject], JsonObject]) -> None:
    """In the child: answer the parent's one request; end at once when the parent does."""
    request = decode_json(dict, sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    written = encode_json(answer(request)) + b"\n"
    sys.stdout.buffer.write(written)
    sys.stdout.buffer.flush()
    os._exit(0)


def limit_memory(more_bytes: int) -> None:
    """In the child: let this process take so much more memory than it has, where the system can hold it to that."""
    if _STATM.exists():
        used = int(_STATM.read_text(encoding="ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
        limit_address_space(used + more_bytes)


def _end_with_parent() -> None:
    sys.stdin.buffer.read()  # until the parent's end of the pipe is closed
    os._exit(1)
