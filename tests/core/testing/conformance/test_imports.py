import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from moe_core.testing.conformance.imports import check_import
from moe_core.testing.conformance.verdict import ConformanceError

BUSY = "from time import process_time\nbegan = process_time()\nwhile process_time() - began < 0.2: pass"


def make(tmp_path: Path, source: str) -> ModuleType:
    """The module, without running it: what it does at import is for the check."""
    file = tmp_path / "brought.py"
    file.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("brought", file)
    assert spec is not None
    return importlib.util.module_from_spec(spec)


def test_a_plugin_that_only_defines_things_passes(tmp_path: Path) -> None:
    source = "from pydantic import Field\nfrom moe_core import BaseTool, hookimpl\nprint('hello')\n"
    check_import(make(tmp_path, source))


def test_a_module_of_no_file_passes() -> None:
    check_import(ModuleType("made_up"))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (BUSY, "more than 50"),
        ("import socket\ntry: socket.getaddrinfo('localhost', 80)\nexcept OSError: pass", "uses the network"),
        ("import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('127.0.0.1', 9))", "network"),
        ("raise SystemExit(3)", "ends the process"),
        ("import os\nos._exit(0)", "ends the process"),
        ("import nothing_of_the_kind", "nothing_of_the_kind"),
    ],
    ids=["slow", "looking_up", "sending", "exiting", "ending", "missing"],
)
def test_what_is_slow_or_reaches_out_or_ends_is_named(tmp_path: Path, source: str, said: str) -> None:
    with pytest.raises(ConformanceError, match=said):
        check_import(make(tmp_path, source))


def test_a_module_of_a_package_is_imported_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "harbour_of_a_test"
    package.mkdir()
    (package / "__init__.py").write_text("from harbour_of_a_test.boats import BOATS\n")
    (package / "boats.py").write_text("from . import __name__ as own\nBOATS = 3\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    check_import(importlib.import_module("harbour_of_a_test"))
    for name in [name for name in sys.modules if name.startswith("harbour_of_a_test")]:
        monkeypatch.delitem(sys.modules, name)
