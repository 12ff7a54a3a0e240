import json
import shutil
import sys
from dataclasses import replace

import pytest

from moe_core.contracts.errors import PluginError
from moe_core.contracts.plugin import Later

TOOL = """
import sys
from moe_core import BaseTool, Persona, hookimpl
from pydantic import BaseModel

sys.imported_plugins.append("{name}")

class {name}(BaseTool):
    '''{summary}'''
    capabilities = ("one", "two")
    effects = ("net",)
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


@pytest.fixture
def imported(monkeypatch):
    """The names of the plugins that were imported, in order."""
    names: list[str] = []
    monkeypatch.setattr(sys, "imported_plugins", names, raising=False)
    return names


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
    return registry, list(imported)


def describe(registry):
    return [
        (one.full_id, one.summary, one.category, one.capabilities, one.effects, one.schema, one.source)
        for one in [*registry.tools, *registry.personas]
        if one.source.plugin in ("alpha", "project/plugins/tools/text/beta.py")
    ]


def test_the_second_time_nothing_is_imported_and_everything_is_the_same(indexed, imported):
    install(indexed, "alpha")
    indexed.write("plugins/tools/text/beta.py", TOOL.format(name="Beta", summary="B."))
    first, once = build(indexed, imported)
    second, again = build(indexed, imported)
    assert (once, again) == (["Beta", "Alpha"], [])
    assert describe(first) == describe(second)
    assert len(describe(second)) == 4
    assert first.plugins == second.plugins
    assert second.personas.get("Alpha_persona").value == first.personas.get("Alpha_persona").value
    assert imported == []


def test_using_one_thing_imports_its_plugin_alone(indexed, imported):
    for name in ("alpha", "gamma"):
        install(indexed, name)
    build(indexed, imported)
    registry, _ = build(indexed, imported)
    entry = registry.tools.get("gamma")
    assert isinstance(entry.offered, Later)
    assert entry.load().__name__ == "Gamma"
    assert imported == ["Gamma"]


def test_a_thing_that_is_used_again_asks_its_plugin_nothing(indexed, imported):
    source = TOOL.format(name="Beta", summary="B.")
    asked = source.replace("    return [Beta]", "    sys.imported_plugins.append('hook')\n    return [Beta]")
    indexed.write("plugins/tools/text/beta.py", asked)
    build(indexed, imported)
    registry, _ = build(indexed, imported)
    entry = registry.tools.get("beta")
    assert entry.value is entry.value
    assert registry.personas.get("Beta_persona").value.name == "Beta_persona"
    assert imported == ["Beta", "hook"]


def test_an_edit_an_install_and_an_uninstall_are_seen_at_once(indexed, imported):
    install(indexed, "alpha", "one")
    build(indexed, imported)
    for number in range(20):
        summary = f"{number % 2}s"
        install(indexed, "alpha", summary)
        assert build(indexed, imported)[0].tools.get("alpha").summary == summary
        install(indexed, "delta")
        assert "delta" in build(indexed, imported)[0].tools
        shutil.rmtree(indexed.site / "delta-1.0.dist-info")
        assert "delta" not in build(indexed, imported)[0].tools


def test_nothing_broken_is_remembered(indexed, imported):
    install(indexed, "alpha")
    path = indexed.site / "indexed_alpha.py"
    good = path.read_text()
    path.write_text(good.replace("def moe_tools", "def moe_tolls"))
    for _ in range(2):
        registry, names = build(indexed, imported)
        assert names == ["Alpha"]
        assert [problem.reason for problem in registry.problems] == ["unknown_hook"]
    path.write_text(good)
    registry, _ = build(indexed, imported)
    assert "alpha" in registry.tools
    assert not registry.problems


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
                data["plugins"][key] = {"stamps": [], "entries": [{"kind": "tool"}]}
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
