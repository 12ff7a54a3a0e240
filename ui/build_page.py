"""Builds the page into moe/web/static: `make ui`. With --check only tells whether that is what is there."""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from build_record import BUILT, RECORD, UI, describe_build, hash_sources, list_files, list_sources
from package_licences import LICENCES, describe_licences

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

# Always the same place (on Windows: of the drive): what the bundler makes depends on where it works.
WORKSHOP = Path("/tmp/moe-ui-build")
_MARKER = b"/__moe_base__"


def main() -> int:
    """Build, then put it in place or compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail where the files differ")
    wanted = parser.parse_args()
    WORKSHOP.mkdir(parents=True, exist_ok=True)
    with WORKSHOP.with_suffix(".lock").open("w") as turn, _hold(turn):
        return _build(is_check=wanted.check)


@contextmanager
def _hold(turn: IO[str]) -> Iterator[None]:
    """One build at a time: they share the place."""
    if sys.platform == "win32":
        msvcrt.locking(turn.fileno(), msvcrt.LK_LOCK, 1)
    else:
        fcntl.flock(turn, fcntl.LOCK_EX)
    yield  # closing the file gives it back


def _build(*, is_check: bool) -> int:
    lay_out()
    install()
    made = build()
    if is_check:
        return compare(made)
    put_in_place(made)
    return 0


def lay_out() -> None:
    """Bring the sources to the workshop; what is installed there stays."""
    for old in WORKSHOP.iterdir():
        if old.name not in ("node_modules", ".installed"):
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for path in list_sources():
        target = WORKSHOP / path.relative_to(UI)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def install() -> None:
    """Install what the lock file says, unless that is what is installed."""
    stamp, wanted = WORKSHOP / ".installed", hashlib.sha256((UI / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted and (WORKSHOP / "node_modules").is_dir():
        return
    stamp.unlink(missing_ok=True)
    shutil.rmtree(WORKSHOP / "node_modules", ignore_errors=True)
    if not _take_installed():
        _run("npm", "ci", "--no-audit", "--no-fund")
    stamp.write_text(wanted)


def _take_installed() -> bool:
    """Take what is installed in the checkout, if that is what the lock file says: as links, where disks allow it."""
    here = UI / "node_modules"
    stamp = here / ".package-lock.json"
    if not stamp.exists() or stamp.stat().st_mtime < (UI / "package-lock.json").stat().st_mtime:
        return False
    copy = os.link if here.stat().st_dev == WORKSHOP.stat().st_dev else shutil.copy2
    shutil.copytree(here, WORKSHOP / "node_modules", symlinks=True, copy_function=copy)
    return True


def build() -> Path:
    """The folder that the build has made."""
    _run("npx", "next", "build", MOE_UI_SOURCES=hash_sources()[:12], NEXT_TELEMETRY_DISABLED="1")
    made = WORKSHOP / "out"
    pages = [path for path in list_files(made) if path.suffix == ".html"]
    if not pages or not all(_MARKER in page.read_bytes() for page in pages):
        sys.exit("the build's pages do not hold the marker that the server replaces")
    return made


def put_in_place(made: Path) -> None:
    """Make the built files those that are shipped, with their record."""
    shutil.rmtree(BUILT, ignore_errors=True)
    shutil.copytree(made, BUILT)
    (BUILT / LICENCES).write_text(describe_licences(WORKSHOP), encoding="utf-8", newline="\n")
    record = describe_build()
    (BUILT / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8", newline="\n")
    size = sum(path.stat().st_size for path in list_files(BUILT))
    print(f"{len(record['files'])} files, {size:,} bytes, in {BUILT}")


def compare(made: Path) -> int:
    """Whether the build is what is shipped, byte for byte."""
    (made / LICENCES).write_text(describe_licences(WORKSHOP), encoding="utf-8", newline="\n")
    new, shipped = describe_build(made)["files"], describe_build()["files"]
    differing = sorted(name for name in {*new, *shipped} if new.get(name) != shipped.get(name))
    for name in differing:
        print(f"differs: {name}", file=sys.stderr)
    if differing:
        print("moe/web/static is not what ui/ builds; make ui builds it", file=sys.stderr)
    return 1 if differing else 0


def _run(*command: str, **variables: str) -> None:
    program = shutil.which(command[0]) or command[0]  # npm is npm.cmd on Windows
    subprocess.run([program, *command[1:]], cwd=WORKSHOP, env={**os.environ, "CI": "1", **variables}, check=True)


if __name__ == "__main__":
    sys.exit(main())
