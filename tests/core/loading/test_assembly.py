from moe_core.contracts import hookspecs
from moe_core.contracts.hookspecs import API_VERSION
from moe_core.contracts.plugin import Kind
from moe_core.loading.plugins.hooks import HOOK_NAMES

TOOL = "from moe_core import BaseTool\nclass {}(BaseTool):\n    async def execute(self, params): return {{}}\n"


def test_every_specified_hook_is_read():
    assert sorted(HOOK_NAMES) == sorted(name for name in vars(hookspecs) if name.startswith("moe_"))
    assert API_VERSION == 1


def test_what_moe_ships_loads_without_a_problem(tree):
    tree.with_real_bundle()
    registry = tree.build()
    assert registry.problems == ()
    assert {info.state for info in registry.plugins} <= {"active"}
    assert {info.source.origin for info in registry.plugins} <= {"bundled"}


def test_equal_trees_give_equal_registries(tree):
    for name in ("B", "A"):
        tree.write(f"plugins/tools/{name.lower()}.py", TOOL.format(name))
    tree.write("plugins/tools/bad.py", "print('noise')\nraise OSError\n")
    one, other = tree.build(), tree.build()
    assert list(one.tools) == list(other.tools)
    assert (one.plugins, one.problems) == (other.plugins, other.problems)


def test_roots_come_in_order_and_the_snapshot_does_not_change(tree):
    for root, name in (("project", "A"), ("user", "B"), ("bundled", "C")):
        tree.write(f"plugins/tools/{name.lower()}.py", TOOL.format(name), root=root)
    registry = tree.build()
    assert [entry.name for entry in registry.tools] == ["c", "b", "a"]
    tree.write("plugins/tools/late.py", TOOL.format("Late"))
    assert "late" not in registry.tools
    assert "late" in tree.build().tools
    assert registry.tools.kind is Kind.TOOL


def test_an_empty_tree_gives_an_empty_registry(tree):
    registry = tree.build()
    assert len(registry.tools) == 0
    assert registry.plugins == ()
    assert registry.problems == ()
