from moe.configuration import Config
from moe.facades.part_changes import compare_registries, compare_settings
from moe_core.contracts.agent import AgentSpec, Role
from moe_core.contracts.plugin import Entry, Kind, Later, PluginSource
from moe_core.loading.assembly import make_registry

SOURCE = PluginSource(plugin="project/plugins/x.py", origin="project")


def explode():
    raise AssertionError("no code may be imported")


def tool(name, **fields):
    return Entry(kind=Kind.TOOL, name=name, offered=Later(explode), source=SOURCE, **fields)


def belter(**fields):
    spec = AgentSpec(name="mill", role=Role.BELTER, base="llama3", **fields)
    return Entry(kind=Role.BELTER, name="mill", offered=spec, source=SOURCE)


def describe(old, new):
    return [change.describe() for change in compare_registries(make_registry(old), make_registry(new))]


def test_what_comes_goes_and_changes_is_named_without_importing_anything():
    old = [tool("gone"), tool("same", summary="a"), tool("other", summary="a", schema={"type": "object"})]
    new = [tool("same", summary="a"), tool("other", summary="b"), tool("fresh")]
    assert describe(old, new) == [
        "added: tool fresh (project/plugins/x.py)",
        "removed: tool gone (project/plugins/x.py)",
        "changed: tool other (project/plugins/x.py): summary, schema",
    ]


def test_an_agent_is_compared_by_all_that_its_modelfile_says():
    assert describe([belter(system="a")], [belter(system="a")]) == []
    assert describe([belter(system="a")], [belter(system="b", meta={"x": 1})]) == [
        "changed: belter mill (project/plugins/x.py): system, meta"
    ]


def test_settings_are_named_by_key_and_never_by_value():
    old = Config.model_validate({"tools": {"weather": {"settings": {"api_key": "old-secret"}}}})
    new = Config.model_validate({"tools": {"weather": {"settings": {"api_key": "new-secret"}}}, "system": {"seed": 9}})
    assert [change.describe() for change in compare_settings(old, new)] == [
        "changed: setting system.seed",
        "changed: setting tools.weather.settings.api_key",
    ]
