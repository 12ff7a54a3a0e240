"""The fixtures for plugin authors' tests do in a foreign project what they say."""

import pytest

pytest_plugins = ["pytester"]

TESTS = '''
import asyncio

PLUGIN = """
from moe_core import BaseTool, hookimpl
MOE_API_VERSION = 1

class Shout(BaseTool):
    'Say it in capitals.'
    effects = ()
    def execute(self, text: str) -> dict:
        return {"text": text.upper()}

@hookimpl
def moe_tools():
    return [Shout]
"""


def test_plugin(moe_plugin, moe_hooks, moe_registry):
    first, second = moe_plugin(PLUGIN), moe_plugin(PLUGIN)
    assert first.__name__ != second.__name__
    assert moe_hooks(first) == {"moe_tools": [first.Shout]}
    registry = moe_registry(tools=[first.Shout])
    assert registry.tools.names() == ["shout"]
    assert len(registry.scorers) == 0


def test_checked(moe_plugin):
    from moe_core.testing import check_plugin
    assert list(check_plugin(moe_plugin(PLUGIN))) == ["moe_tools"]


def test_model(scripted_model):
    from moe_core.testing import make_request
    model = scripted_model(["first", "second"])
    made = model()
    assert asyncio.run(made.generate(make_request("hello"))).text == "first"
    assert [one.messages[-1].content for one in model.record.requests] == ["hello"]


def test_cli(moe_cli):
    done = moe_cli("tools", "run", "calculator", "expression=2+3")
    assert done.returncode == 0, done.stderr
    assert "5" in done.stdout
    assert moe_cli("tools", "run", "calculater").returncode == 2
'''


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    pytester.makeconftest('pytest_plugins = ["moe_core.testing.pytest_plugin"]')
    pytester.makepyfile(test_mine=TESTS)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-q", *arguments)


def test_a_foreign_project_uses_every_fixture(pytester: pytest.Pytester) -> None:
    run(pytester).assert_outcomes(passed=4)


def test_the_command_line_is_not_that_of_whoever_runs_the_tests(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOE_TOOLS__CALCULATOR__ENABLED", "false")
    run(pytester, "-k", "test_cli").assert_outcomes(passed=1)


def test_every_fixture_says_what_it_is_for(pytester: pytest.Pytester) -> None:
    shown = run(pytester, "--fixtures")
    shown.stdout.fnmatch_lines_random(["*Runs moe's command line*", "*records what it was asked*"])
    for name in ("moe_registry", "moe_plugin", "scripted_model", "moe_hooks", "moe_cli"):
        shown.stdout.fnmatch_lines_random([f"{name}*"])
