import json
import shutil
import sys
import time

import pytest
from msgspec.structs import replace

from moe_core.contracts.errors import PluginError
from moe_core.contracts.plugin import Later

TOOL = """
import os
from moe_core import BaseTool, Persona, hookimpl
from pydantic import BaseModel

def note(word):
    with open(os.environ["IMPORTED_PLUGINS"], "a") as file:
        file.write(word + " ")

note("{name}")

class {name}(BaseTool):
    '''{summary}'''
    capabilities = ("one", "two")
    effects = ("net",)
    asks_first = True
    class Params(BaseModel):
        number: int = 1
    async def execute(self, params):
        return {{"n": 1}}

@hookimpl
def moe_tools():
    return [{name}]

@hookimpl
def moe_personas():
    return [Persona(name="{name}_persona", expertise=("x",))]
"""


class Imported:
    """A file that every plugin writes its name into when it is imported."""

    def __init__(self, file, monkeypatch):
        self.file = file
        self.clear()
        monkeypatch.setenv("IMPORTED_PLUGINS", str(file))

    def clear(self):
        self.file.write_text("")

    def list(self):
        return self.file.read_text().split()


@pytest.fixture
def imported(tmp_path, monkeypatch):
    """The names of the plugins that were imported, in whichever process."""
    return Imported(tmp_path / "imported", monkeypatch)


@pytest.fixture
def indexed(tree, tmp_path, imported, monkeypatch):
    """The tree, with an index and a folder for distributions."""
    tree.locations = replace(tree.locations, index=tmp_path / "cache" / "index.json")
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)
    tree.site = site
    yield tree
    for name in [name for name in sys.modules if name.startswith("indexed_")]:
        del sys.modules[name]


def install(tree, name, summary="Sum."):
    info = tree.site / f"{name}-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "entry_points.txt").write_text(f"[moe.plugins]\nmain = indexed_{name}\n")
    (tree.site / f"indexed_{name}.py").write_text(TOOL.format(name=name.title(), summary=summary))


def build(tree, imported):
    """The registry as a new process builds it, and what it imported for it."""
    for name in [name for name in sys.modules if name.startswith(("indexed_", "moe_plugin_"))]:
        del sys.modules[name]
    imported.clear()
    registry = tree.build(with_distributions=True)
    return registry, imported.list()


def describe(registry):
    return [
        (one.full_id, one.summary, one.category, one.capabilities, one.effects, one.asks_first, one.schema, one.source)
        for one in [*registry.tools, *registry.personas]
        if one.source.plugin in ("alpha", "project/plugins/tools/text/beta.py")
    ]


def test_the_second_time_nothing_is_imported_and_everything_is_the_same(indexed, imported):
    install(indexed, "alpha")
    indexed.write("plugins/tools/text/beta.py", TOOL.format(name="Beta", summary="B."))
    first, once = build(indexed, imported)
    second, again = build(indexed, imported)
    assert (sorted(once), again) == (["Alpha", "Beta"], [])
    assert describe(first) == describe(second)
    assert len(describe(second)) == 4
    assert first.plugins == second.plugins
    assert second.personas.get("Alpha_persona").value == first.personas.get("Alpha_persona").value
    assert imported.list() == []


def test_using_one_thing_imports_its_plugin_alone(indexed, imported):
    for name in ("alpha", "gamma"):
        install(indexed, name)
    build(indexed, imported)
    registry, _ = build(indexed, imported)
    entry = registry.tools.get("gamma")
    assert isinstance(entry.offered, Later)
    assert entry.load().__name__ == "Gamma"
    assert imported.list() == ["Gamma"]


def test_a_thing_that_is_used_again_asks_its_plugin_nothing(indexed, imported):
    source = TOOL.format(name="Beta", summary="B.")
    asked = source.replace("    return [Beta]", "    note('hook')\n    return [Beta]")
    indexed.write("plugins/tools/text/beta.py", asked)
    build(indexed, imported)
    registry, _ = build(indexed, imported)
    entry = registry.tools.get("beta")
    assert entry.value is entry.value
    assert registry.personas.get("Beta_persona").value.name == "Beta_persona"
    assert imported.list() == ["Beta", "hook"]


def test_an_edit_an_install_and_an_uninstall_are_seen_at_once(indexed, imported):
    install(indexed, "alpha", "one")
    build(indexed, imported)
    for number in range(5):
        summary = f"{number % 2}s"
        install(indexed, "alpha", summary)
        assert build(indexed, imported)[0].tools.get("alpha").summary == summary
        install(indexed, "delta")
        assert "delta" in build(indexed, imported)[0].tools
        shutil.rmtree(indexed.site / "delta-1.0.dist-info")
        assert "delta" not in build(indexed, imported)[0].tools


def test_what_is_wrong_is_remembered_until_the_plugin_changes(indexed, imported):
    install(indexed, "alpha")
    path = indexed.site / "indexed_alpha.py"
    good = path.read_text()
    path.write_text(good.replace("def moe_tools", "def moe_tolls"))
    first, names = build(indexed, imported)
    second, again = build(indexed, imported)
    assert (names, again) == (["Alpha"], [])
    assert [problem.reason for problem in second.problems] == ["unknown_hook"]
    assert first.problems == second.problems
    path.write_text(good)
    registry, _ = build(indexed, imported)
    assert "alpha" in registry.tools
    assert not registry.problems


def test_what_is_wrong_is_remembered_for_a_day_at_most(indexed, imported, monkeypatch):
    install(indexed, "alpha")
    path = indexed.site / "indexed_alpha.py"
    path.write_text(path.read_text().replace("def moe_tools", "def moe_tolls"))
    build(indexed, imported)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 25 * 3600)
    assert build(indexed, imported)[1] == ["Alpha"]


def test_a_module_that_was_missing_counts_once_it_is_installed(indexed, imported):
    install(indexed, "alpha")
    path = indexed.site / "indexed_alpha.py"
    path.write_text("import indexed_needed\n" + path.read_text())
    assert "alpha" not in build(indexed, imported)[0].tools
    (indexed.site / "indexed_needed.py").write_text("")
    assert "alpha" in build(indexed, imported)[0].tools


def test_a_modelfile_that_a_plugin_brings_is_read_each_time(indexed, imported):
    folder = indexed.site / "agents"
    install(indexed, "alpha")
    path = indexed.site / "indexed_alpha.py"
    hook = f"\nfrom pathlib import Path\n@hookimpl\ndef moe_modelfiles():\n    return [Path({str(folder)!r})]\n"
    path.write_text(path.read_text() + hook)
    first, _ = build(indexed, imported)
    assert [problem.reason for problem in first.problems] == ["modelfile"]
    folder.mkdir()
    (folder / "good.moe").write_text("FROM x\nROLE drummer\nNAME digger\n")
    (folder / "bad.moe").write_text("FRM x\n")
    second, names = build(indexed, imported)
    assert [problem.reason for problem in second.problems] == ["modelfile"]
    assert "bad.moe" in second.problems[0].location
    assert names == ["Alpha"]  # the folder of installed distributions has changed
    (folder / "bad.moe").unlink()
    third, names = build(indexed, imported)
    assert (names, third.problems) == ([], ())


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff", b"[]", b'{"header": 1}', "plugins", "record", "stamps"])
def test_an_index_that_cannot_be_read_is_made_anew(indexed, imported, damage):
    install(indexed, "alpha")
    first, _ = build(indexed, imported)
    file = indexed.locations.index
    if isinstance(damage, bytes):
        file.write_bytes(damage)
    else:
        data = json.loads(file.read_text())
        for key in data["plugins"]:
            if damage == "record":
                data["plugins"][key] = {**data["plugins"][key], "entries": [{"kind": "tool"}]}
            if damage == "stamps":
                data["plugins"][key]["stamps"] = [[1, 2]]
        file.write_text(json.dumps({**data, "plugins": 3} if damage == "plugins" else data))
    second, names = build(indexed, imported)
    assert names == ["Alpha"]
    assert describe(first) == describe(second)
    assert build(indexed, imported)[1] == []


def test_where_nothing_can_be_kept_everything_works(indexed, imported):
    install(indexed, "alpha")
    indexed.locations.index.parent.write_text("in the way")
    for _ in range(2):
        registry, names = build(indexed, imported)
        assert ("alpha" in registry.tools, names) == (True, ["Alpha"])


def test_a_plugin_that_cannot_be_imported_any_more_is_one_error(indexed, imported):
    install(indexed, "alpha")
    build(indexed, imported)
    registry, _ = build(indexed, imported)
    (indexed.site / "indexed_alpha.py").unlink()
    with pytest.raises(PluginError, match=r"^alpha needs the module indexed_alpha"):
        registry.tools.get("alpha").load()
