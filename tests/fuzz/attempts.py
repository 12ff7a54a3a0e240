"""Attempts made one after the other in one process, and what is wrong with how they end."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from click.testing import CliRunner

from doors import GOOD, RECORDING, Attempt, Recorded, make_attempt
from moe.cli.group import cli
from network_guard import NetworkGuard

PLAIN = "The tidal mill was restored by Ada Brook in 1871. It cost 412,000 pounds.\n"
CODES = frozenset((0, 1, 2, 3))
SPAWN_EVERY = 40  # attempts: one of so many in a process of its own, which shows what its end does


def make_attempts(seed: int, first: int, step: int) -> Iterator[dict[str, object]]:
    """What came of attempt after attempt, as values for JSON; each is told of before it is made.

    Args:
        seed: Of all.
        first: The number of the first.
        step: From one number to the next.
    """
    with (
        tempfile.TemporaryDirectory(prefix="moe-fuzz-") as scratch,
        _surroundings(Path(scratch)),
        NetworkGuard().installed(),
    ):
        recorded = _record(Path(scratch) / "recorded")
        number = first
        while True:
            attempt = make_attempt(seed, number, recorded)
            yield {"begins": number, "door": attempt.door, "arguments": attempt.arguments}
            folder = Path(scratch) / "project"
            shutil.rmtree(folder, ignore_errors=True)
            problem = run_attempt(attempt, folder, is_spawned=number % SPAWN_EVERY == SPAWN_EVERY - 1)
            yield {"ended": number, "problem": problem}
            number += step


def run_attempt(attempt: Attempt, folder: Path, *, is_spawned: bool = False) -> str:
    """What is wrong with how an attempt ended; "" for nothing."""
    for name, data in {GOOD: PLAIN.encode(), **attempt.files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    before = Path.cwd()
    os.chdir(folder)
    try:
        code, output = (_spawn if is_spawned or attempt.is_spawned else _invoke)(attempt)
    finally:
        os.chdir(before)
    marks = [line for line in output.splitlines() if "Traceback (" in line or "this is a bug" in line]
    if marks or code not in CODES:
        return f"exit {code}: {(marks or output.splitlines()[-3:] or [''])[0]}\n{output[-3000:]}"
    return ""


def _invoke(attempt: Attempt) -> tuple[int, str]:
    result = CliRunner().invoke(cli, attempt.arguments, input=attempt.stdin)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        return -1, "".join(traceback.format_exception(result.exception))
    return result.exit_code, result.output + result.stderr


def _spawn(attempt: Attempt) -> tuple[int, str]:
    arguments = [argument.encode("utf-8", "surrogatepass") for argument in attempt.arguments]
    if any(b"\0" in argument for argument in arguments) or sum(map(len, arguments)) > 100_000:
        return _invoke(attempt)
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"moe", *arguments], input=attempt.stdin, capture_output=True, check=False
    )
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace")


@contextmanager
def _surroundings(scratch: Path) -> Iterator[None]:
    """A user who has nothing, and trusts all folders; restored afterwards."""
    before = dict(os.environ)
    home = scratch / "home"
    home.mkdir()
    kept = {
        name: value
        for name, value in before.items()
        if (not name.startswith("MOE_") or name == "MOE_DEBUG") and "KEY" not in name
    }
    changed = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "XDG_DATA_HOME": str(home / ".local")}
    changed |= {"MOE_TRUST": "/", "OLLAMA_HOST": "127.0.0.1:1", "NO_COLOR": "1"}
    changed["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    os.environ.clear()
    os.environ.update(kept | changed)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _record(folder: Path) -> Recorded:
    """One run, which those attempts begin with that replay one or look it up."""
    sets = ("system.provider=record", "providers.providers.record.options.of=extractive")
    options = [
        part for one in (*sets, f"providers.providers.record.options.path={RECORDING}") for part in ("--set", one)
    ]
    attempt = Attempt(door="replay", arguments=[*options, "run", "Who restored the mill?", "--docs", GOOD])
    problem = run_attempt(attempt, folder)
    if problem:
        raise RuntimeError(problem)
    with closing(sqlite3.connect(folder / ".moe" / "runs.db")) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")  # all of it in one file
    return Recorded(recording=(folder / RECORDING).read_bytes(), database=(folder / ".moe" / "runs.db").read_bytes())


def main() -> None:
    """Make attempts for ever, a line of JSON for each beginning and end: SEED FIRST STEP."""
    seed, first, step = map(int, sys.argv[1:])
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    for told in make_attempts(seed, first, step):
        output.write(json.dumps(told) + "\n")
        output.flush()


if __name__ == "__main__":
    main()
