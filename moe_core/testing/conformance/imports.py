"""What importing a plugin may take."""

import json
import subprocess
import sys
from types import ModuleType

from moe_core.testing.conformance.verdict import require

MILLISECONDS_MAX = 50.0  # with twenty plugins in use, a second; what moe itself imports is not counted
_ATTEMPTS = 3  # the quickest counts: the first may have to compile, and a busy machine disturbs any
_CHILD = """
import importlib, importlib.util, json, sys, time
name, file, sys.path[:] = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
import moe_core, moe_core.testing, moe_core.schemas.call_shape
for one in moe_core.__all__:
    getattr(moe_core, one)
sent = []
events = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg")
sys.addaudithook(lambda event, args: sent.append(event) if event in events else None)
began = time.process_time()
try:
    found = importlib.util.find_spec(name)
except (ImportError, ValueError):
    found = None
if found is not None and found.origin == file:
    importlib.import_module(name)
else:
    found = importlib.util.spec_from_file_location(name, file)
    found.loader.exec_module(importlib.util.module_from_spec(found))
print()
print(json.dumps([(time.process_time() - began) * 1000, sent]))
"""


def check_import(plugin: ModuleType, *, milliseconds_max: float = MILLISECONDS_MAX) -> None:
    """Import a plugin's module in processes of its own: it is quick, says nothing to the network and ends well.

    Args:
        plugin: The module; one that lies in no file passes.
        milliseconds_max: CPU time that it may take beside what moe imports anyway.

    Raises:
        ConformanceError: It breaks the contract.
    """
    file = getattr(plugin.__spec__, "origin", None) or getattr(plugin, "__file__", None)
    if file is None:
        return
    taken = []
    for _ in range(_ATTEMPTS):
        milliseconds, sent = _import_once(plugin.__name__, file)
        require(not sent, f"{plugin.__name__} uses the network when it is imported: {', '.join(sent)}")
        taken.append(milliseconds)
        if milliseconds <= milliseconds_max:
            return
    require(
        False,
        f"importing {plugin.__name__} takes {min(taken):.0f} ms of CPU time, more than {milliseconds_max:.0f}; "
        "import what is heavy where it is used",
    )


def _import_once(name: str, file: str) -> tuple[float, list[str]]:
    command = [sys.executable, "-c", _CHILD, name, file, json.dumps(sys.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - this Python
    lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or ["nothing was printed"]
    require(done.returncode == 0 and lines[-1].startswith("["), f"importing {name} ends the process: {lines[-1]}")
    milliseconds, sent = json.loads(lines[-1])
    return milliseconds, sent
