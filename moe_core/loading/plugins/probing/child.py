"""The process in which plugins are tried: started with moe's import path, and ended by its parent at the latest."""

import json
import signal
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from moe_core.loading.plugins.hook_manager import get_hook_manager
from moe_core.loading.plugins.probing.forks import Forks
from moe_core.loading.plugins.probing.orphans import adopt_orphans, end_with_parent
from moe_core.loading.plugins.targets import read_target


def serve(request: Mapping[str, Any]) -> None:
    """Try the plugins of the request; the number and record of each is a line of standard output, once it is known."""
    signal.signal(signal.SIGTERM, _end)
    end_with_parent(signal.SIGTERM, request["parent"])
    adopt_orphans()
    get_hook_manager()  # here, so that the forks share it
    with tempfile.TemporaryDirectory(prefix="moe-plugins-") as folder:
        forks = Forks(seconds=request["seconds"], folder=Path(folder))
        try:
            for ended in forks.run([read_target(one) for one in request["targets"]]):
                sys.stdout.write(json.dumps(ended) + "\n")
                sys.stdout.flush()
        finally:
            forks.kill()


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise SystemExit(128 + number)
