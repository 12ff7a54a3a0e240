"""What importing a plugin has changed in its process, beside bringing things."""

import os
import sys
import threading
from collections.abc import Iterator

from moe_core.contracts.plugin import PluginSource, Problem
from moe_core.text.amounts import count


class SideEffects:
    """Watches this process from now on. For a process that ends after one plugin: the watching cannot be ended."""

    def __init__(self) -> None:
        self._threads = set(threading.enumerate())
        self._folder = os.getcwd()
        self._has_moved = False
        sys.addaudithook(self._notice)

    def __repr__(self) -> str:
        return f"<SideEffects since {self._folder}>"

    def list_problems(self, source: PluginSource) -> Iterator[Problem]:
        """A problem for each kind of thing that the plugin of that source has changed."""
        left = [one.name for one in threading.enumerate() if one not in self._threads and not one.daemon]
        told = []
        if left:
            told.append(
                (f"leaves {count(len(left), 'thread')} running ({', '.join(left[:3])})", "start threads in execute")
            )
        if self._has_moved:
            told.append(("changes the working folder while being imported", "use absolute paths in place of os.chdir"))
        for message, hint in told:
            yield Problem(
                plugin=source.plugin, reason="side_effect", message=message, hint=hint, location=source.location
            )

    def _notice(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "os.chdir" and arguments[0] != self._folder:
            self._has_moved = True
