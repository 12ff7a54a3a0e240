import pytest

TOOL = """
from moe_core import BaseTool

class {name}(BaseTool):
    '''Do something.'''

    async def execute(self, params):
        return {{}}
"""
CONFIG = "config/tools.yaml"


@pytest.fixture
def tools(tree):
    for name in ("Search", "Count"):
        tree.write(f"plugins/tools/text/{name.lower()}.py", TOOL.format(name=name))
    return tree


def build(tools, **settings):
    return tools.build({"tools": settings})


def test_values_override_and_the_plugin_stays_as_it_was_found(tools):
    registry = build(
        tools,
        search={
            "category": "web",
            "description": "Find.",
            "capabilities": ["a", "b"],
            "parameters": {"param1": "str"},
            "settings": {"limit": 3},
        },
    )
    entry = registry.tools.get("search")
    assert (entry.category, entry.summary, entry.capabilities) == ("web", "Find.", ("a", "b"))
    assert entry.settings == {"limit": 3}
    assert entry.schema["properties"]["param1"]["type"] == "string"
    assert entry.source.origin == "project"
    assert not registry.problems
    assert registry.tools.get("count").category == "text"


def test_a_disabled_tool_is_gone_but_its_plugin_is_listed(tools):
    registry = build(tools, search={"enabled": False})
    assert registry.tools.names() == ["count"]
    assert ("search",) in [info.brings.get("tool") for info in registry.plugins]
    assert not registry.problems


def test_a_class_is_registered_under_the_given_name(tools):
    registry = build(tools, mine={"class": "moe_core.testing.doubles:RecordingTool", "category": "tests"})
    entry = registry.tools.get("mine")
    assert (entry.full_id, entry.source.origin, entry.category) == (f"{CONFIG}:mine", "config", "tests")


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("nowhere_at_all:X", "nowhere_at_all"),
        ("json:dumps", "BaseTool"),
        ("no colon", "reference"),
        ("json:dmps", "json"),
    ],
)
def test_a_class_that_cannot_be_registered_is_a_problem(tools, reference, words):
    registry = build(tools, mine={"class": reference})
    (problem,) = registry.problems
    assert words in problem.message + problem.hint
    assert problem.plugin == f"{CONFIG}: mine"
    assert registry.tools.names() == ["count", "search"]


def test_an_alias_with_another_address_does_not_inherit_the_key(tools):
    settings = {"endpoint": "https://mine", "key_env": "MINE"}
    registry = build(
        tools,
        search={"settings": settings},
        find={"alias": "search", "settings": {"endpoint": "https://theirs"}},
        look={"alias": "search"},
    )
    assert registry.tools.get("find").settings == {"endpoint": "https://theirs"}
    assert registry.tools.get("look").settings == settings


def test_an_alias_is_one_more_name_with_settings_of_its_own(tools):
    registry = build(
        tools, search={"settings": {"limit": 3, "x": 1}}, find={"alias": "search", "settings": {"limit": 9}}
    )
    alias, target = registry.tools.get("find"), registry.tools.get("search")
    assert alias.value is target.value
    assert (alias.alias_of, alias.settings, target.settings) == ("search", {"limit": 9, "x": 1}, {"limit": 3, "x": 1})


def test_an_alias_of_an_alias_works_whatever_the_order(tools):
    registry = build(tools, c={"alias": "b"}, b={"alias": "a"}, a={"alias": "search"})
    assert registry.tools.get("c").value is registry.tools.get("search").value
    assert not registry.problems


def test_an_alias_stays_when_its_target_is_disabled(tools):
    registry = build(tools, find={"alias": "search"}, search={"enabled": False})
    assert registry.tools.names() == ["count", "find"]


def test_aliases_in_a_circle_are_a_problem(tools):
    registry = build(tools, a={"alias": "b"}, b={"alias": "a"}, me={"alias": "me"})
    assert registry.tools.names() == ["count", "search"]
    assert any("circle" in problem.message for problem in registry.problems)
    assert all(problem.hint for problem in registry.problems)


def test_an_alias_of_nothing_names_the_nearest(tools):
    (problem,) = build(tools, find={"alias": "serch"}).problems
    assert "search" in problem.hint


def test_an_entry_for_no_tool_names_the_nearest(tools):
    (problem,) = build(tools, serach={"category": "x"}).problems
    assert "search" in problem.hint
    assert problem.reason == "name_unknown"


def test_class_and_alias_together_are_a_problem(tools):
    (problem,) = build(tools, both={"class": "a:B", "alias": "search"}).problems
    assert "both" in problem.message


def test_a_bad_parameter_shorthand_is_a_problem_and_the_tool_stays(tools):
    registry = build(
        tools, search={"parameters": {"bad": "no such type word", "x": {"type": "strnig"}}, "category": "web"}
    )
    assert registry.tools.get("search").category == "web"
    assert [problem.plugin for problem in registry.problems] == [f"{CONFIG}: search"]


def test_use_chooses_between_plugins(tools):
    tools.write("plugins/tools/other.py", TOOL.format(name="Search") + "X = 1\n")
    assert "search" not in tools.build().tools
    for choice in ("project/plugins/tools/other.py", "project/plugins/tools/other.py:search"):
        registry = build(tools, search={"use": choice})
        assert registry.tools.get("search").source.plugin == "project/plugins/tools/other.py"
        assert not registry.problems


def test_the_hint_of_a_collision_is_the_line_that_mends_it(tools):
    tools.write("plugins/tools/other.py", TOOL.format(name="Search") + "X = 1\n")
    (problem,) = tools.build().problems
    plugin = problem.hint.split("use: '")[1].split("'")[0]
    assert build(tools, search={"use": plugin}).tools.get("search").source.plugin == plugin


def test_use_of_a_plugin_that_brings_no_such_name_is_a_problem(tools):
    registry = build(tools, search={"use": "elsewhere"})
    assert "search" in registry.tools
    (problem,) = registry.problems
    assert "project/plugins/tools/text/search.py" in problem.hint


def test_a_class_under_a_name_that_is_taken_collides_until_chosen(tools):
    settings = {"class": "moe_core.testing.doubles:RecordingTool"}
    assert "search" not in build(tools, search=settings).tools
    assert build(tools, search={**settings, "use": CONFIG}).tools.get("search").source.plugin == CONFIG


def test_a_full_id_reaches_one_of_two(tools):
    tools.write("plugins/tools/other.py", TOOL.format(name="Search") + "X = 1\n")
    registry = build(tools, **{"project/plugins/tools/other.py:search": {"enabled": False}})
    assert registry.tools.get("search").source.plugin == "project/plugins/tools/text/search.py"
