"""Which builds run code of the project that is built."""

from pathlib import Path

import pytest

from moe.authoring.build_code import runs_code
from moe.authoring.wheel import check_wheel
from moe_core.contracts.errors import RequestError

PLAIN = """[build-system]
requires = ["flit_core>=3.9,<5"]
build-backend = "flit_core.buildapi"

[project]
name = "moe-plugin-x"
version = "0.1.0"
description = "X"

[tool.pytest.ini_options]
testpaths = ["."]
"""


def write(folder: Path, text: str) -> Path:
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_project_as_moe_writes_it_runs_nothing(tmp_path: Path) -> None:
    assert not runs_code(write(tmp_path, PLAIN))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("flit_core.buildapi", "setuptools.build_meta"),
        ("flit_core.buildapi", "hatchling.build"),
        ('"flit_core.buildapi"', '"flit_core.buildapi"\nbackend-path = ["."]'),
        ("flit_core>=3.9,<5", "flit_core @ file:///tmp/x"),
        ('"flit_core>=3.9,<5"', '"flit_core>=3.9,<5", "more"'),
        ('["flit_core>=3.9,<5"]', '"flit_core"'),
        ('version = "0.1.0"', 'dynamic = ["version"]'),
        ("[project]", "[tool.flit.metadata]"),
        ("[build-system]", "[other]"),
        ("[tool.pytest.ini_options]", "[[tool]]"),
    ],
)
def test_what_may_run_code_is_told_and_not_built(tmp_path: Path, old: str, new: str) -> None:
    assert old in PLAIN
    folder = write(tmp_path, PLAIN.replace(old, new))
    assert runs_code(folder)
    with pytest.raises(RequestError, match="would run code of it"):
        check_wheel(folder, is_offline=True)


@pytest.mark.parametrize("text", ["[", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1") + "="])
def test_what_is_no_toml_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(RequestError, match=r"pyproject\.toml cannot be read"):
        runs_code(write(tmp_path, text))
