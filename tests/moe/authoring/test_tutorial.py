"""The tutorial is what it says: each file is written, each command run, each line of output seen."""

import re
import subprocess
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[3] / "docs" / "tutorial" / "build-a-plugin.md"
BLOCK = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"ut this into `(?P<name>[^`]+)`:$")
PIP = "--no-index --disable-pip-version-check -q"
SHIMS = {
    "moe": 'exec "$HERE/python" -m moe "$@"',
    "pytest": 'exec "$HERE/python" -m pytest -p no:cacheprovider "$@"',
    "pip": f"""what=$1; shift
case $what in
  uninstall) exec "$HERE/python" -m pip uninstall --disable-pip-version-check -q "$@" ;;
  *) exec "$HERE/python" -m pip $what --no-deps --no-build-isolation {PIP} "$@" ;;
esac""",
}


def put_commands(place: Any) -> dict[str, str]:
    """The commands that a reader types, in the environment's own folder; pip without an index."""
    here = place.venv / "bin"
    for name, text in SHIMS.items():
        (here / name).write_text(f"#!/bin/sh\nHERE={here}\n{text}\n")
        (here / name).chmod(0o755)
    return {**place.environment, "PATH": f"{here}:{place.environment['PATH']}"}


def test_every_step_of_the_tutorial_works(desk: Any) -> None:
    folder = desk.folder / "moe-plugin-knots"
    folder.mkdir()
    environment = put_commands(desk)
    shown, commands = "", 0
    for block in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        named = FILE.search(block["before"])
        if named:
            file = folder / named["name"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block["text"], encoding="utf-8")
        elif block["kind"] == "sh":
            done = subprocess.run(
                ["bash", "-ec", block["text"]],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            shown = done.stdout + done.stderr
            commands += 1
            assert done.returncode == 0, f"{block['text']}{shown}"
        else:
            assert block["kind"] == "text", f"{block['kind']} for no file: {block['before']}"
            for line in block["text"].splitlines():
                assert line in shown, f"{line!r} is not in {shown!r}"
    assert commands == 6, "a step of the page was not read"
