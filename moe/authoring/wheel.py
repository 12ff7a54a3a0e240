"""What is wrong with a plugin's wheel, read without importing it."""

import configparser
import email
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from moe.authoring.build_code import runs_code
from moe_core.contracts.errors import RequestError
from moe_core.contracts.hookspecs import API_VERSION, ENTRY_POINT_GROUP

_RESOURCES = (".moe", ".json", ".md", ".txt", ".yaml")
_BUILD_SECONDS = 600.0  # a build may fetch its backend over a slow line
_VERSION = re.compile(rb"^MOE_API_VERSION\s*(?::[^=\n]*)?=\s*(\d+)", re.MULTILINE)
_NOT_PARTS = {"tests", "test", "docs", "build", "dist"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelReport:
    """A wheel that was looked into.

    Attributes:
        wheel: Its file name.
        name: The distribution's.
        version: The distribution's.
        modules: What its entry points name.
        files: Everything in it but its metadata.
        faults: What is wrong, a line each, with what to do.
    """

    wheel: str
    name: str
    version: str
    modules: tuple[str, ...]
    files: tuple[str, ...]
    faults: tuple[str, ...]


def check_wheel(folder: Path, *, is_offline: bool = False, may_run_code: bool = False) -> WheelReport:
    """Build a project's wheel and look into it.

    Args:
        folder: Holds the project's pyproject.toml.
        is_offline: Build with what is installed here, in place of fetching the build backend.
        may_run_code: Build it also where that runs code of the folder.

    Raises:
        RequestError: It is no project, cannot be built, or would run code that it may not.
    """
    if not (folder / "pyproject.toml").is_file():
        raise RequestError(f"{folder} holds no pyproject.toml", hint="moe plugin new NAME makes a plugin with one")
    if not may_run_code and runs_code(folder):
        raise RequestError(
            f"building {folder} would run code of it", hint=f"where you trust it: moe plugin check --yes {folder}"
        )
    with tempfile.TemporaryDirectory() as place:
        _build(folder, Path(place), ["--no-build-isolation", "--no-index"] if is_offline else [])
        (wheel,) = Path(place).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            return _inspect(wheel.name, archive, folder)


def _build(folder: Path, place: Path, options: Sequence[str]) -> None:
    pip = [sys.executable, "-P", "-m", "pip"]  # -P: this Python's own, not what the current folder calls so
    command = [*pip, "wheel", "--no-deps", "--disable-pip-version-check", "-q", "-w", str(place)]
    try:
        done = subprocess.run(  # noqa: S603 - this Python, and a folder that the user named
            [*command, *options, str(folder.resolve())],
            capture_output=True,
            text=True,
            timeout=_BUILD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise RequestError(f"{folder} was not built within {_BUILD_SECONDS:.0f} s") from error
    if done.returncode:
        lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        said = next((line for line in reversed(lines) if "rror" in line), lines[-1] if lines else "pip says nothing")
        hint = "pip wheel --no-deps . shows all of it"
        raise RequestError(f"{folder} cannot be built: {said}", hint=hint)


def _inspect(wheel: str, archive: zipfile.ZipFile, folder: Path) -> WheelReport:
    names = archive.namelist()
    info = next(name.split("/")[0] for name in names if name.split("/")[0].endswith(".dist-info"))
    metadata = email.message_from_bytes(archive.read(f"{info}/METADATA"))
    points = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    if f"{info}/entry_points.txt" in names:
        points.read_string(archive.read(f"{info}/entry_points.txt").decode())
    named = points[ENTRY_POINT_GROUP].values() if points.has_section(ENTRY_POINT_GROUP) else ()
    modules = [value.partition(":")[0].strip() for value in named]
    files = sorted(name for name in names if not name.startswith(f"{info}/"))
    needs = [str(line) for line in metadata.get_all("Requires-Dist", [])]
    faults = [*_find_faults(archive, files, modules, needs), *_find_left_out(folder, files)]
    return WheelReport(
        wheel=wheel,
        name=str(metadata["Name"]),
        version=str(metadata["Version"]),
        modules=tuple(modules),
        files=tuple(files),
        faults=tuple(faults),
    )


def _find_faults(
    archive: zipfile.ZipFile, files: Sequence[str], modules: Sequence[str], needs: Sequence[str]
) -> Iterator[str]:
    if not modules:
        yield f'moe does not find it: add [project.entry-points."{ENTRY_POINT_GROUP}"] to pyproject.toml'
    if not any(re.match(r"moe[-_.]core\b", need) for need in needs):
        yield 'it does not say that it needs moe: add dependencies = ["moe-core"] to pyproject.toml'
    for module in modules:
        path = module.replace(".", "/")
        file = next((one for one in (f"{path}.py", f"{path}/__init__.py") if one in files), None)
        if file is None:
            yield f"the entry point names {module}, which is not in the wheel: have the build take it in"
            continue
        declared = _VERSION.search(archive.read(file))
        if declared is None:
            yield f"{file} does not say for which API it is: add MOE_API_VERSION = {API_VERSION}"
        elif int(declared[1]) != API_VERSION:
            yield f"{file} is for plugin API {int(declared[1])}; this moe has {API_VERSION}"
    for file in files:
        if file.startswith(("test_", "tests/")):
            yield f"{file} is a test, and would be installed beside everybody's modules: leave it out"


def _find_left_out(folder: Path, files: Sequence[str]) -> Iterator[str]:
    """Resources within packages that the wheel does not carry."""
    packages = {file.split("/")[0] for file in files if "/" in file}
    roots = [root for root in (folder, folder / "src") if root.is_dir()]
    for root in roots:
        for package in sorted(packages - _NOT_PARTS):
            for path in sorted((root / package).rglob("*")):
                name = path.relative_to(root).as_posix()
                if path.is_file() and path.suffix in _RESOURCES and name not in files:
                    yield f"{name} is not in the wheel: have the build take it in"
