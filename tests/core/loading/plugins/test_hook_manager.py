"""One manager serves every plugin, and none of them finds another's things in it."""

import threading

import pluggy
import pytest

from moe_core import BaseTool, hookimpl
from moe_core.contracts.plugin import PluginSource
from moe_core.loading.plugins import hook_manager
from moe_core.loading.plugins.files import PluginFile
from moe_core.loading.plugins.hook_manager import HookManager, get_hook_manager
from moe_core.loading.plugins.hooks import read_distribution
from moe_core.loading.plugins.intake import Intake
from moe_core.loading.plugins.probing.prober import probe_targets
from moe_core.loading.plugins.targets import Target

TOOL = """
from moe_core import BaseTool, hookimpl
class Tool{number}(BaseTool):
    '''Do it.'''
    async def execute(self, params):
        return {{}}
@hookimpl
def moe_tools():
    return [Tool{number}]
"""
IS_MADE = """
from moe_core.loading.plugins.hook_manager import get_hook_manager
print(get_hook_manager.cache_info().currsize)
"""


class Outer(BaseTool):
    """Do it."""

    def execute(self) -> dict:
        return {}


class Inner(Outer):
    """Do it too."""


class Broken:
    @hookimpl
    def moe_tools(self, wanted):
        return [wanted]

    @hookimpl
    def moe_tolls(self):
        return []


class Whole:
    @hookimpl
    def moe_tools(self):
        return [Inner]


class Asking:
    """While it is asked, has another plugin asked."""

    def __init__(self):
        self.inner = None

    @hookimpl
    def moe_tools(self):
        self.inner = read(Whole())
        return [Outer]


def read(plugin):
    intake = Intake(PluginSource(plugin=type(plugin).__name__, origin="distribution", location="here"))
    read_distribution(plugin, intake)
    return intake.finish()


def list_names(loaded):
    return [entry.name for entry in loaded.entries]


@pytest.fixture
def made(monkeypatch):
    """Every manager of pluggy's that is made, in a process that has made none yet."""
    managers = []

    class Counted(pluggy.PluginManager):
        def __init__(self, project_name):
            super().__init__(project_name)
            managers.append(self)

    monkeypatch.setattr(hook_manager.pluggy, "PluginManager", Counted)
    get_hook_manager.cache_clear()
    yield managers
    get_hook_manager.cache_clear()


def test_one_manager_is_made_for_any_number_of_plugins(tree, made):
    for number in range(12):
        tree.write(f"plugins/tools/tool{number}.py", TOOL.format(number=number))
    assert len(tree.build().tools) == len(tree.build().tools) == 12
    assert len(made) == 1
    assert made[0].get_plugins() == set()


def test_processes_that_try_plugins_share_it(tmp_path):
    targets = []
    for number in range(3):
        path = tmp_path / f"shared{number}.py"
        path.write_text(IS_MADE + TOOL.format(number=number))
        source = PluginSource(plugin=f"path/{number}", origin="path", location=str(path))
        targets.append(Target(PluginFile(source=source, path=path, relative=path.name)))
    outputs = [record["output"] for record in probe_targets(targets, seconds=30)]
    assert outputs == ["1\n"] * 3


def test_a_plugin_that_is_refused_leaves_nothing_for_the_next_one():
    for _ in range(2):
        refused = read(Broken())
        assert [problem.reason for problem in refused.info.problems] == ["unknown_hook", "hook"]
        assert "did you mean moe_tools?" in refused.info.problems[0].hint
        assert list_names(read(Whole())) == ["inner"]


def test_a_hook_that_has_another_plugin_read_gets_its_own_things_only():
    asking = Asking()
    assert list_names(read(asking)) == ["outer"]
    assert list_names(asking.inner) == ["inner"]


def test_threads_may_ask_at_once():
    manager = HookManager()
    answers = []

    def ask(plugin):
        answers.extend((type(plugin), manager.accepts("moe_tools", plugin.moe_tools)) for _ in range(200))

    threads = [threading.Thread(target=ask, args=(plugin,)) for plugin in (Broken(), Whole()) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 1600
    assert set(answers) == {(Broken, False), (Whole, True)}


def test_a_mark_says_what_pluggy_says():
    class Marked:
        @hookimpl(specname="moe_tools", optionalhook=True)
        def other(self):
            return []

        @hookimpl(wrapper=True)
        def moe_tools(self):
            return (yield)

        def plain(self):
            return []

    manager, plugin = HookManager(), Marked()
    other, wrapper = manager.find_mark(plugin, "other"), manager.find_mark(plugin, "moe_tools")
    assert (other.hook, other.is_optional, other.is_wrapper) == ("moe_tools", True, False)
    assert (wrapper.hook, wrapper.is_optional, wrapper.is_wrapper) == ("moe_tools", False, True)
    assert manager.find_mark(plugin, "plain") is None
    assert "moe_loaders" in repr(manager)
