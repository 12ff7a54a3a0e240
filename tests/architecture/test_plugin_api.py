"""What plugin authors may import is exported, documented and enough."""

import importlib.util
import inspect
import sys
import typing
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import moe_core
from moe_core import testing
from moe_core.contracts import hookspecs

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/plugin-api.md").read_text(encoding="utf-8")
EXPORTED = [getattr(moe_core, name) for name in moe_core.__all__]
HOOKS = [value for name, value in vars(hookspecs).items() if name.startswith("moe_")]


def load_generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("plugin_reference", ROOT / "docs/build_plugin_reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def classes_in(annotation: Any) -> Iterator[type]:
    """The classes that an annotation is made of."""
    for part in typing.get_args(annotation):
        yield from classes_in(part)
    for part in annotation if isinstance(annotation, list) else ():
        yield from classes_in(part)
    made_of = typing.get_origin(annotation) or annotation
    if isinstance(made_of, type):
        yield made_of


def mentioned_by(value: Any) -> Iterator[type]:
    """The classes that a public class or function shows to whoever uses it."""
    public = [value]
    if inspect.isclass(value):
        # a base without a public name shows nothing
        yield from (kind for kind in value.__mro__ if any(not name.startswith("_") for name in vars(kind)))
        members = [member for name, member in vars(value).items() if not name.startswith("_") or name == "__init__"]
        public += [getattr(member, "fget", None) or getattr(member, "__func__", member) for member in members]
    for one in public:
        if inspect.isclass(one) or inspect.isfunction(one):
            for name, annotation in typing.get_type_hints(one).items():
                if not name.startswith("_"):
                    yield from classes_in(annotation)


@pytest.mark.parametrize("value", [*EXPORTED, *HOOKS], ids=lambda value: getattr(value, "__name__", "value"))
def test_whatever_a_public_signature_mentions_is_exported(value: Any) -> None:
    missing = {
        cls.__name__
        for cls in mentioned_by(value)
        if cls.__module__.split(".")[0] in ("moe_core", "moe_kit", "moe") and cls not in EXPORTED
    }
    assert not missing


def test_type_checkers_see_the_names_that_there_are() -> None:
    for module in (moe_core, testing):
        stub = Path(str(module.__file__)).with_suffix(".pyi").read_text(encoding="utf-8")
        told = {line.rsplit(" as ", 1)[1] for line in stub.splitlines() if " as " in line}
        assert told == set(module.__all__)


@pytest.mark.parametrize("name", [*moe_core.__all__, *testing.__all__])
def test_every_exported_name_has_a_section_with_words(name: str) -> None:
    _, heading, rest = PAGE.partition(f"\n### {name}\n")
    assert heading, f"{name} is not in docs/reference/plugin-api.md"
    lines = [line for line in rest.split("\n### ")[0].splitlines() if line]
    assert len(lines) > 1, f"{name} is not described"
    assert lines[1][0].isalpha(), f"{name} is not described"
    assert not [line for line in lines if line.endswith("|  |")], f"{name} has a field without a description"
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith(("`def ", "`async def ")):
            assert following[:1].isalpha(), f"{name}: {line} is not described"


def test_what_has_no_words_is_seen_to_have_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wordless.py").write_text("class Bare:\n    depth: int = 3\n\n    def dig(self) -> int: ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        written = "\n".join(load_generator()._write_names("wordless", ["Bare"]))
    finally:
        sys.modules.pop("wordless", None)
    assert "| `depth` | `int` | `3` |  |" in written
    assert "`def dig() -> int`\n\n\n" in written
