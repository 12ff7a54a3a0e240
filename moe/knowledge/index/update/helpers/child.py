"""A process that analyses the passages it is sent, until its standard input ends."""

import os
import signal
import sys
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

from moe.knowledge.analysis.analyser import PassageAnalyser
from moe.knowledge.analysis.columns import PassageColumns
from moe.knowledge.index.update.garbage import collection_paused
from moe.knowledge.index.update.helpers.frames import read_frame, write_frame


def main() -> None:
    """Answer batches of passages with their columns. Threads take them in and hand them over meanwhile."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever sends the passages decides what an interrupt means
    requests: SimpleQueue[Any] = SimpleQueue()
    answers: SimpleQueue[PassageColumns] = SimpleQueue()
    Thread(target=_receive, args=(sys.stdin.buffer, requests), daemon=True).start()
    Thread(target=_send, args=(sys.stdout.buffer, answers), daemon=True).start()
    analyser = PassageAnalyser()
    while True:
        batch = requests.get()
        with collection_paused():
            answers.put(analyser.read(batch))


def _receive(file: BinaryIO, requests: "SimpleQueue[Any]") -> None:
    """Pass batches on; when there will be no more, end the process, whatever it does."""
    while True:
        try:
            requests.put(read_frame(file))
        except EOFError:
            os._exit(0)


def _send(file: BinaryIO, answers: "SimpleQueue[PassageColumns]") -> None:
    while True:
        try:
            write_frame(file, answers.get())
        except OSError:
            os._exit(0)
