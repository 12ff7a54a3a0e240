"""Broken plugins: every culprit named with a remedy, everything else untouched."""

import pytest

GOOD = """
from moe_core import BaseTool

class GoodTool(BaseTool):
    '''Do good.'''

    async def execute(self, params):
        return {}
"""
HEAD = "from moe_core import *\nfrom moe_core import hookimpl\n"
EXECUTE = "    async def execute(self, params):\n        return {}\n"

# name: (source, reason, words of the message, words of the hint)
BROKEN = {
    "missing_module": ("import no_such_module_at_all\n", "import", "no_such_module_at_all", "install"),
    "missing_name": ("from json import no_such_name\n", "import", "no_such_name", "import at"),
    "missing_core": ("from moe_core.nowhere import x\n", "import", "moe_core.nowhere", "import from moe_core"),
    "imports_sibling": ("import missing_module\n", "import", "its own folder", "entry point"),
    "relative": ("from . import missing_module\n", "import", "relative import", "mend"),
    "syntax": ("def broken(:\n", "syntax", "not valid Python", ":1"),
    "exits": ("import sys\nsys.exit(2)\n", "exit", "exit(2)", "__main__"),
    "raises": ("x = 1\ny = 1 / 0\n", "import", "ZeroDivisionError", ":2"),
    "recursion": ("def f(): f()\nf()\n", "import", "RecursionError", "mend"),
    "interrupts": ("raise KeyboardInterrupt\n", "import", "raised KeyboardInterrupt while being imported", "mend"),
    "own_base_exception": ("class Stop(BaseException): pass\nraise Stop('now')\n", "import", "Stop", "mend"),
    "unspeakable": (
        "class Odd(Exception):\n    def __str__(self): raise ValueError\nraise Odd()\n",
        "import",
        "raised Odd",
        "mend",
    ),
    "undecodable": (b"NAME = 'caf\xe9'\n", "encoding", "byte", "UTF-8"),
    "null_bytes": (b"x = 1\0\n", None, "", ""),
    "hook_raises": (HEAD + "@hookimpl\ndef moe_tools():\n    return [][0]\n", "hook", "IndexError", "mend"),
    "hook_exits": (
        HEAD + "@hookimpl\ndef moe_tools():\n    raise SystemExit\n",
        "exit",
        "in its hook moe_tools",
        "__main__",
    ),
    "hook_returns_number": (HEAD + "@hookimpl\ndef moe_tools():\n    return 3\n", "hook", "type int", "list"),
    "hook_returns_text": (HEAD + "@hookimpl\ndef moe_tools():\n    return 'abc'\n", "hook", "type str", "list"),
    "hook_returns_dict": (HEAD + "@hookimpl\ndef moe_tools():\n    return {'a': 1}\n", "hook", "type dict", "list"),
    "hook_returns_nothing": (HEAD + "@hookimpl\ndef moe_tools():\n    pass\n", "hook", "returned nothing", "list"),
    "hook_is_async": (HEAD + "@hookimpl\nasync def moe_tools():\n    return []\n", "hook", "coroutine", "list"),
    "hook_yields_then_fails": (
        HEAD + "@hookimpl\ndef moe_scorers():\n    yield from ()\n    raise OSError('no')\n",
        "hook",
        "OSError",
        "mend",
    ),
    "hook_returns_wrong_class": (
        HEAD + "@hookimpl\ndef moe_tools():\n    return [dict]\n",
        "contract",
        "dict",
        "BaseTool",
    ),
    "hook_returns_values": (
        HEAD + "@hookimpl\ndef moe_personas():\n    return ['ann']\n",
        "contract",
        "'ann'",
        "Persona(",
    ),
    "misspelt_hook": (HEAD + "@hookimpl\ndef moe_tolls():\n    return []\n", "unknown_hook", "moe_tolls", "moe_tools"),
    "hook_with_arguments": (
        HEAD + "@hookimpl\ndef moe_tools(config):\n    return []\n",
        "hook",
        "(config)",
        "def moe_tools()",
    ),
    "hook_wrapper": (
        HEAD + "@hookimpl(wrapper=True)\ndef moe_tools():\n    return (yield)\n",
        "hook",
        "wraps",
        "wrap nothing",
    ),
    "unmarked_hook": (HEAD + "def moe_tools():\n    return []\n", "unmarked_hook", "without @hookimpl", "@hookimpl"),
    "missing_folder": (
        HEAD + "from pathlib import Path\n@hookimpl\ndef moe_modelfiles():\n    return [Path('/no/such/place')]\n",
        "modelfile",
        "/no/such/place",
        "moe_modelfiles",
    ),
    "text_folder": (HEAD + "@hookimpl\ndef moe_modelfiles():\n    return ['/tmp']\n", "hook", "/tmp", "pathlib.Path"),
    "abstract_tool": (
        HEAD + "class Half(BaseTool):\n    async def excute(self, params): ...\n",
        "contract",
        "execute",
        "def execute",
    ),
    "abstract_from_hook": (
        HEAD + "@hookimpl\ndef moe_scorers():\n    return [Scorer]\n",
        "contract",
        "Scorer",
        "derive",
    ),
    "instance": (
        HEAD + f"class _One(BaseTool):\n{EXECUTE}\n@hookimpl\ndef moe_tools():\n    return [_One()]\n",
        "contract",
        "instance",
        "without brackets",
    ),
    "bad_tool_name": (
        HEAD + f"class One(BaseTool):\n    name = 'Has Spaces'\n{EXECUTE}",
        "contract",
        "'Has Spaces'",
        "lower-case",
    ),
    "number_for_name": (HEAD + f"class One(BaseTool):\n    name = 7\n{EXECUTE}", "contract", "name is 7", "text"),
    "text_for_capabilities": (
        HEAD + f"class One(BaseTool):\n    capabilities = 'search'\n{EXECUTE}",
        "contract",
        "capabilities",
        "tuple",
    ),
    "params_without_schema": (
        HEAD + f"class One(BaseTool):\n    Params = dict\n{EXECUTE}",
        "contract",
        "Params",
        "pydantic",
    ),
    "needs_arguments": (
        HEAD + f"class One(BaseTool):\n    def __init__(self, key): ...\n{EXECUTE}",
        "contract",
        "without arguments",
        "default",
    ),
    "unnamed_parameters": (
        HEAD + "class One(BaseTool):\n    def execute(self, **wanted): return {}\n",
        "contract",
        "execute takes **wanted",
        "city: str",
    ),
    "unknown_annotation": (
        HEAD + "class One(BaseTool):\n    def execute(self, city: 'Town'): return {}\n",
        "contract",
        "annotated with Town",
        "city: str",
    ),
    "odd_repeats": (
        HEAD + f"class One(BaseTool):\n    repeats = 'often'\n{EXECUTE}",
        "contract",
        "repeats is 'often'",
        "safe, keyed, ask",
    ),
    "odd_asks_first": (
        HEAD + f"class One(BaseTool):\n    asks_first = 'always'\n{EXECUTE}",
        "contract",
        "asks_first is 'always'",
        "True or False",
    ),
    "no_time": (
        HEAD + f"class One(BaseTool):\n    timeout_seconds = 0\n{EXECUTE}",
        "contract",
        "timeout_seconds is 0",
        "above 0",
    ),
    "nameless_scorer": (
        HEAD + "class Fine(Scorer):\n    async def score(self, subject): return 1.0\n",
        "contract",
        "no name",
        'name = "fine"',
    ),
    "twins": (
        HEAD + "".join(f"class {name}(BaseTool):\n    name = 'twin'\n{EXECUTE}" for name in ("One", "Two")),
        "collision",
        "(One, Two)",
        "own name",
    ),
    "newer_api": (HEAD + "MOE_API_VERSION = 99\n", "api_version", "plugin API 99", "update moe"),
    "older_api": (HEAD + "MOE_API_VERSION = 0\n", "api_version", "plugin API 0", "newer version of the plugin"),
    "odd_api": (HEAD + "MOE_API_VERSION = 'one'\n", "api_version", "no whole number", "write 1"),
}


STATES = {"import": "failed", "exit": "failed", "hook": "failed", "api_version": "incompatible"}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_named_with_its_reason_and_remedy(tree, name):
    source, reason, message, hint = BROKEN[name]
    tree.write("plugins/tools/missing_module.py", "")  # A neighbour that some of them try to import.
    path = tree.write(f"plugins/tools/{name}.py", source)
    info = tree.info(f"project/plugins/tools/{name}.py")
    (problem,) = info.problems
    assert not info.is_used
    assert info.state == STATES.get(problem.reason, "invalid")
    assert reason in (None, problem.reason)
    assert message in problem.message
    assert hint in problem.hint
    assert problem.hint
    assert problem.plugin == f"project/plugins/tools/{name}.py"
    assert problem.location.startswith(str(path))
    assert len(problem.message.splitlines()) == 1


def test_all_of_them_together_leave_everything_else_as_it_was(tree, capfd):
    tree.with_real_bundle()
    alone = tree.build()
    for name, (source, *_) in BROKEN.items():
        tree.write(f"plugins/tools/broken/{name}.py", source)
    tree.write("plugins/tools/good_tool.py", GOOD)
    crowded = tree.build()
    assert crowded.tools.names() == sorted([*alone.tools.names(), "good_tool"])
    for role in ("caminas", "belters", "drummers", "observers", "personas", "model_providers"):
        assert getattr(crowded, role).names() == getattr(alone, role).names()
    culprits = {problem.plugin for problem in crowded.problems} - {problem.plugin for problem in alone.problems}
    assert culprits == {f"project/plugins/tools/broken/{name}.py" for name in BROKEN}
    assert capfd.readouterr() == ("", "")


def test_a_good_part_survives_a_bad_one(tree):
    tree.write("plugins/tools/half.py", GOOD + "from moe_core import hookimpl\n@hookimpl\ndef moe_tolls(): return []\n")
    info = tree.info("project/plugins/tools/half.py")
    assert info.state == "active"
    assert info.brings == {"tool": ("good_tool",)}
    assert [problem.reason for problem in info.problems] == ["unknown_hook"]


def test_each_hook_stands_alone(tree):
    hooks = "from moe_core import hookimpl, Persona\n@hookimpl\ndef moe_tools(): raise OSError\n"
    hooks += "@hookimpl\ndef moe_personas(): return [Persona(name='ann')]\n"
    tree.write("plugins/personas/mixed.py", hooks)
    registry = tree.build()
    assert registry.personas.names() == ["ann"]
    assert [problem.reason for problem in registry.problems] == ["hook"]


def test_output_at_import_goes_to_the_plugins_info(tree, capfd):
    tree.write("plugins/tools/noisy.py", "import sys\nprint('hello')\nprint('oops', file=sys.stderr)\n" + GOOD)
    info = tree.info("project/plugins/tools/noisy.py")
    assert (info.state, info.output) == ("active", "hello\noops\n")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("source", ["", "def helper(): ...\n"])
def test_a_file_that_brings_nothing_is_told_of(tree, source):
    tree.write("plugins/tools/empty.py", source)
    (problem,) = tree.info("project/plugins/tools/empty.py").problems
    assert (problem.reason, "brings nothing" in problem.message, "BaseTool" in problem.hint) == ("empty", True, True)


def test_a_hook_may_bring_nothing(tree):
    tree.write("plugins/tools/later.py", HEAD + "@hookimpl\ndef moe_tools():\n    return []\n")
    info = tree.info("project/plugins/tools/later.py")
    assert (info.state, info.brings, info.problems) == ("active", {}, ())


def test_output_past_sys_stdout_goes_to_the_plugins_info_too(tree, capfd):
    ways = (
        "import os, subprocess, sys\nos.write(1, b'bare\\n')\nprint('original', file=sys.__stdout__)\n"
        "subprocess.run([sys.executable, '-c', 'print(\"child\")'], check=True)\n"
    )
    tree.write("plugins/tools/noisy.py", ways + GOOD)
    info = tree.info("project/plugins/tools/noisy.py")
    assert info.state == "active"
    assert sorted(info.output.splitlines()) == ["bare", "child", "original"]
    assert capfd.readouterr() == ("", "")


def test_a_mended_plugin_is_seen_at_once(tree):
    tree.write("plugins/tools/good_tool.py", GOOD.replace("async def", "deaf"))
    assert "good_tool" not in tree.build().tools
    tree.write("plugins/tools/good_tool.py", GOOD)
    registry = tree.build()
    assert "good_tool" in registry.tools
    assert not registry.problems


def test_the_users_interrupt_ends_the_build(tree):
    tree.write("plugins/tools/interrupted.py", "import signal\nsignal.raise_signal(signal.SIGINT)\n")
    with pytest.raises(KeyboardInterrupt):
        tree.build()
