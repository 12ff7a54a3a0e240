"""A real llama.cpp server with the tiny model, in a process of its own that ends with its parent.

    python llama_server.py --folder /tmp/somewhere --habit think

writes the model into the folder, listens on a free port of 127.0.0.1, says so in one line of JSON, and leaves when its
standard input ends. Tests start it with `LlamaServer`, or rather with the fixtures of tests/conftest.py.
"""

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

from gguf_file import write_atomically
from tiny_model import Habit, tiny_model_bytes

START_SECONDS = 60
LEAVE_SECONDS = 5
WHEELS = {("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "arm64"), ("Darwin", "x86_64"), ("Windows", "AMD64")}


def why_not_here() -> str | None:
    """Why this machine cannot have the server; None when it can.

    Raises:
        RuntimeError: It could, but the package is not installed.
    """
    if importlib.util.find_spec("xllamacpp") is not None:
        return None
    machine = (platform.system(), platform.machine())
    if machine not in WHEELS:
        return f"xllamacpp has no wheel for {' '.join(machine)}, so there is no real model server to test against"
    raise RuntimeError("xllamacpp is not installed: make setup, or pip install --group dev")


@dataclass
class LlamaServer:
    """A server that runs.

    Attributes:
        url: Where it listens, without a slash at the end.
        model: The name that it gives its model; it answers to any other as well.
        context_tokens: What one request may hold, its answer included.
        habit: What its answers are like.
        answer_tokens_max: Where it ends answers that do not end by themselves, whatever the request allows.
        api_key: What it wants as a bearer; "" for nothing.
        gguf: A model's file in place of the tiny one; `habit` says nothing of it.
    """

    folder: Path
    habit: Habit = "plain"
    context_tokens: int = 4096
    answer_tokens_max: int = 512
    slots: int = 2
    api_key: str = ""
    model: str = "tiny"
    gguf: str = ""
    url: str = field(default="", init=False)
    process: subprocess.Popen = field(init=False, repr=False)

    def __post_init__(self) -> None:
        command = [sys.executable, str(Path(__file__)), "--folder", str(self.folder), "--habit", self.habit]
        command += ["--context-tokens", str(self.context_tokens), "--slots", str(self.slots), "--model", self.model]
        command += ["--answer-tokens-max", str(self.answer_tokens_max)]
        command += ["--gguf", self.gguf] if self.gguf else []
        if self.api_key:
            command += ["--api-key", self.api_key]
        quiet = {**os.environ, "OMP_WAIT_POLICY": "passive"}  # idle threads that spin would take the tests' cores
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=quiet
            )
        impatience = threading.Timer(START_SECONDS, self.process.kill)
        impatience.start()
        try:
            self.url = self._first_words()["url"]
        finally:
            impatience.cancel()
            impatience.join()

    @property
    def log(self) -> Path:
        return self.folder / "llama-server.log"

    def _first_words(self) -> dict:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(b"{"):
                return json.loads(line)
        self.stop()
        last = self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"the llama.cpp server did not start (exit {self.process.returncode}):\n{last}")

    def is_running(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """End it at once, as a crash or a power cut would."""
        self.process.kill()
        self._close()

    def stop(self) -> None:
        """Let it leave."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(LEAVE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._close()

    def _close(self) -> None:
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def serve(arguments: argparse.Namespace) -> None:
    """In the child: load, listen, say where, wait for the parent to go."""
    import xllamacpp  # here, for the parent goes without, and some platforms do

    path = Path(arguments.gguf or arguments.folder / "tiny.gguf")
    if not arguments.gguf:
        write_atomically(path, tiny_model_bytes(arguments.habit))
    settings = xllamacpp.CommonParams()
    settings.model.path = str(path)
    settings.model_alias = {arguments.model}
    settings.hostnames = ["127.0.0.1"]
    settings.port = 0
    settings.n_parallel = arguments.slots
    settings.n_ctx = arguments.context_tokens * arguments.slots  # the slots share it
    settings.n_predict = arguments.answer_tokens_max
    settings.n_batch = settings.n_ubatch = 512
    # For a model as small as the tiny one more threads are slower.
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = 2 if arguments.gguf else 1
    settings.n_threads_http = arguments.slots + 6
    settings.embedding = True
    settings.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    settings.endpoint_metrics = settings.endpoint_slots = settings.endpoint_props = True
    settings.ui = settings.warmup = settings.fit_params = False
    settings.cache_ram_mib = 0
    settings.verbosity = 1
    if arguments.api_key:
        settings.api_keys = [arguments.api_key]
    server = xllamacpp.Server(settings)
    print(json.dumps({"url": server.listening_address, "pid": os.getpid(), "model": arguments.model}), flush=True)
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)  # nothing to save, and the native threads need no goodbye


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--habit", choices=get_args(Habit), default="plain")
    parser.add_argument("--context-tokens", type=int, default=4096)
    parser.add_argument("--answer-tokens-max", type=int, default=512)
    parser.add_argument("--slots", type=int, default=2)
    parser.add_argument("--model", default="tiny")
    parser.add_argument("--api-key", default="")
    parser.add_argument("--gguf", default="")
    serve(parser.parse_args())


if __name__ == "__main__":
    main()
