import os
import sys
import time
from pathlib import Path

import pytest

TOOL = """
from moe_core import BaseTool, hookimpl

class {name}(BaseTool):
    async def execute(self, params):
        return {{}}
"""
HOOK = """
@hookimpl
def moe_tools():
    return [{name}]
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Lay out a distribution as an installer would, on an import path of the test's own."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)

    def lay_out(distribution: str, module: str, source: str, *entry_points: str) -> Path:
        (site / f"{module}.py").write_text(source)
        info = site / f"{distribution.replace('-', '_')}-1.2.dist-info"
        info.mkdir(exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n")
        lines = "\n".join(entry_points or (f"main = {module}",))
        (info / "entry_points.txt").write_text(f"[moe.plugins]\n{lines}\n")
        return site / f"{module}.py"

    return lay_out


def build(tree):
    return tree.build(with_distributions=True)


def test_a_distribution_brings_what_its_hooks_return(tree, install):
    hook = (
        HOOK.format(name="DistOne")
        + "@hookimpl\ndef moe_personas():\n    from moe_core import Persona\n    return [Persona(name='dist_ann')]\n"
    )
    install("Moe.Dist_One", "moe_dist_one", TOOL.format(name="DistOne") + hook)
    registry = build(tree)
    entry = registry.tools.get("moe-dist-one:dist_one")
    assert (entry.source.plugin, entry.source.version, entry.source.location) == ("moe-dist-one", "1.2", "moe_dist_one")
    assert registry.personas.get("dist_ann").source.origin == "distribution"


def test_an_entry_point_may_name_an_object_with_hooks_or_a_class(tree, install):
    source = TOOL.format(name="DistTwo") + (
        "class Hooks:\n    @hookimpl\n    def moe_tools(self):\n        return [Extra]\n"
        "class Extra(DistTwo):\n    name = 'dist_extra'\n"
        "hooks = Hooks()\n"
    )
    install("moe-dist-two", "moe_dist_two", source, "a = moe_dist_two:DistTwo", "b = moe_dist_two:hooks")
    (info,) = [info for info in build(tree).plugins if info.source.plugin == "moe-dist-two"]
    assert (info.state, info.brings) == ("active", {"tool": ("dist_two", "dist_extra")})


def test_distributions_come_last_and_by_name(tree, install):
    for letter in ("b", "a"):
        install(f"moe-dist-{letter}", f"moe_order_{letter}", (TOOL + HOOK).format(name=f"Order{letter.upper()}"))
    tree.write("plugins/tools/z.py", TOOL.format(name="Zed"))
    names = [entry.name for entry in build(tree).tools if entry.name in ("zed", "order_a", "order_b")]
    assert names == ["zed", "order_a", "order_b"]


@pytest.mark.parametrize(
    ("source", "point", "reason"),
    [
        ("import no_such_thing_installed\n", "main = moe_bad_0", "import"),
        ("raise SystemExit(1)\n", "main = moe_bad_1", "exit"),
        ("print('noise')\n", "main = moe_bad_2:nothing_here", "import"),
        ("MOE_API_VERSION = 7\n", "main = moe_bad_3", "api_version"),
        ("X = 1\n", "main = ]not an entry point[", "metadata"),
    ],
)
def test_a_broken_distribution_is_named_and_the_rest_works(tree, install, capfd, source, point, reason):
    module = point.removeprefix("main = ").partition(":")[0] if "[" not in point else "moe_bad_4"
    install(f"moe-broken-{module[-1]}", module, source, point)
    tree.write("plugins/tools/z.py", TOOL.format(name="Zed"))
    registry = build(tree)
    assert "zed" in registry.tools
    (problem,) = [problem for problem in registry.problems if problem.plugin == f"moe-broken-{module[-1]}"]
    assert problem.reason == reason
    assert problem.hint
    assert capfd.readouterr() == ("", "")


def test_two_entry_points_that_bring_one_name_are_named(tree, install):
    source = TOOL.format(name="One") + "    name = 'dist_twin'\n" + "class Two(One): pass\n"
    install("moe-twins", "moe_twins", source, "a = moe_twins:One", "b = moe_twins:Two")
    registry = build(tree)
    assert "dist_twin" not in registry.tools
    assert "dist_twin" in next(problem for problem in registry.problems if problem.plugin == "moe-twins").message


def test_classes_that_no_hook_returns_are_not_brought(tree, install):
    install("moe-shy", "moe_shy", TOOL.format(name="Shy"))
    (problem,) = [problem for problem in build(tree).problems if problem.plugin == "moe-shy"]
    assert (problem.reason, "implements no hook" in problem.message) == ("empty", True)
    assert problem.hint == "write a hook, such as: @hookimpl def moe_tools(): return [Shy]"


def test_an_instance_from_a_hook_is_a_problem_and_nothing_else(tree, install):
    source = (TOOL + HOOK).format(name="Inst").replace("[Inst]", "[Inst()]")
    install("moe-inst", "moe_inst", source)
    tree.write("plugins/tools/inst_too.py", source.replace("class Inst", "class InstToo").replace("[Inst", "[InstToo"))
    registry = build(tree)
    assert {"inst", "inst_too"}.isdisjoint(registry.tools.names())
    problems = {problem.plugin: problem.message for problem in registry.problems}
    assert "instance of Inst " in problems["moe-inst"]
    assert "instance of InstToo " in problems["project/plugins/tools/inst_too.py"]


def test_what_a_distribution_writes_past_sys_stdout_is_kept_from_it(tree, install, capfd):
    install("moe-loud", "moe_loud", "import os\nos.write(1, b'loud\\n')\n" + (TOOL + HOOK).format(name="Loud"))
    (info,) = [info for info in build(tree).plugins if info.source.plugin == "moe-loud"]
    assert (info.state, info.output) == ("active", "loud\n")
    assert capfd.readouterr() == ("", "")


def test_damaged_metadata_is_a_state_with_a_line(tree, install, tmp_path):
    install("moe-whole", "moe_whole", (TOOL + HOOK).format(name="Whole"))
    install("moe-torn", "moe_torn", (TOOL + HOOK).format(name="Torn"), "main = moe_torn", "a line without a sign")
    for path in (tmp_path / "site").glob("*/METADATA"):
        path.unlink()
    registry = build(tree)
    assert {"whole", "torn"} <= set(registry.tools.names())
    states = {info.source.plugin: info.state for info in registry.plugins if info.source.origin == "distribution"}
    assert (states["moe-whole"], states["moe-torn"]) == ("active", "active")
    (problem,) = [problem for problem in registry.problems if problem.plugin == "moe-torn"]
    assert (problem.reason, "a line without a sign" in problem.message) == ("metadata", True)
    assert problem.hint == "reinstall it: pip install --force-reinstall moe-torn"


def test_two_edits_of_the_same_length_within_one_second_are_both_seen(tree, install, monkeypatch):
    """Python knows a source again by its size and the second of its time."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    second = (time.time_ns() // 10**9 + 60) * 10**9
    seen = []
    for number, word in enumerate(("older", "newer")):
        source = f"{TOOL.format(name='Twice')}    summary = '{word}'\n{HOOK.format(name='Twice')}"
        file = install("moe-dist-twice", "moe_dist_twice", source)
        os.utime(file, ns=(second + number * 500_000_000,) * 2)
        sys.modules.pop("moe_dist_twice", None)
        seen.append(build(tree).tools.get("twice").summary)
    assert seen == ["older", "newer"]
