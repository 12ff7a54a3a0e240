"""A process that reads the files it is asked for, until its standard input ends."""

import os
import signal
import sys
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

from moe.knowledge.loading.pool.frames import encode_error, encode_part, read_frame, write_frame
from moe.knowledge.loading.pool.loader_reference import read_loader
from moe.knowledge.loading.pool.walls import MEMORY_EXIT, MemoryWall, set_alarm
from moe.knowledge.loading.reading import iterate_parts
from moe_core.contracts.errors import DocumentError

# Whoever asked ends this process when a file takes too long; this is for when nobody is there any more.
_GRACE_SECONDS = 5.0


def main(memory_megabytes: int, seconds: float, max_characters: int) -> None:
    """Answer requests; each is a path with the name that messages call it, and where its loader is found."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked decides what an interrupt means
    answers = _take_output()
    requests: SimpleQueue[tuple[str, str, list[str]]] = SimpleQueue()
    Thread(target=_receive, args=(sys.stdin.buffer, requests), daemon=True).start()
    wall = MemoryWall(memory_megabytes)
    write_frame(answers, ["ready"])
    while True:
        path, name, loader = requests.get()
        try:
            set_alarm(seconds + _GRACE_SECONDS)
            for part in iterate_parts(Path(path), name, read_loader(loader, name), max_characters=max_characters):
                write_frame(answers, ["part", encode_part(part)])
                set_alarm(seconds + _GRACE_SECONDS)
        except DocumentError as error:
            if wall.was_near:
                os._exit(MEMORY_EXIT)
            write_frame(answers, ["error", encode_error(error)])
        except MemoryError:
            os._exit(MEMORY_EXIT)
        except BrokenPipeError:
            os._exit(0)
        set_alarm(0)
        is_last = wall.is_worn
        write_frame(answers, ["done", is_last])
        if is_last:
            os._exit(0)


def _take_output() -> BinaryIO:
    """Standard output, kept from all that reads files: what libraries print goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return answers


def _receive(file: BinaryIO, requests: "SimpleQueue[tuple[str, str, list[str]]]") -> None:
    """Pass requests on; when nobody asks any more, end the process at once, whatever it reads."""
    while True:
        request: Any = read_frame(file)
        if request is None:
            os._exit(0)
        requests.put((request[0], request[1], request[2]))
