"""`moe tools` and `moe plugins`: what is there, what it takes, and who is broken."""

import json
from pathlib import Path

import pytest

GOOD = """from moe_core import BaseTool


class {name}(BaseTool):
    '''Work.'''

    async def execute(self, params):
        return {{}}
"""
BROKEN = {
    "missing_module": "import no_such_module_anywhere\n",
    "bad_syntax": "def broken(:\n",
    "exits": "import sys\n\nsys.exit(3)\n",
    "raises": "raise RuntimeError('at import')\n",
    "divides": "1 / 0\n",
    "no_name": "undefined_name\n",
    "missing_attribute": "from moe_core import NoSuchThing\n",
    "own_exit": "raise SystemExit('bye')\n",
    "recursion": "def f():\n    return f()\n\n\nf()\n",
    "asserts": "assert False, 'never'\n",
    "bad_indent": "class A:\npass\n",
    "bad_class": GOOD.format(name="Odd").replace("'''Work.'''", "name = 3"),
}


def test_tools_are_listed_with_what_they_do(moe) -> None:
    result = moe("tools", "list")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split() == ["TOOL", "CATEGORY", "WHAT", "IT", "DOES", "EFFECTS", "SOURCE"]
    assert any(line.startswith("calculator ") for line in result.stdout.splitlines())


def test_a_file_in_the_project_becomes_a_tool_that_can_be_shown_and_run(moe, project: Path, add) -> None:
    add(project, "noisy.py", "tools/text")
    listed = {tool["name"]: tool for tool in json.loads(moe("tools", "list", "--json").stdout)}
    assert listed["noisy"]["category"] == "text"
    assert listed["noisy"]["source"]["origin"] == "project"
    assert "Print, and count the words." in moe("tools", "show", "noisy").stdout
    assert "words: 3" in moe("tools", "run", "noisy", "text=a b c").stdout


def test_twelve_broken_plugins_are_named_with_reason_and_remedy_and_the_rest_works(moe, project: Path) -> None:
    folder = project / "plugins" / "tools" / "text"
    folder.mkdir(parents=True)
    for name, text in BROKEN.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    (folder / "good.py").write_text(GOOD.format(name="Good"), encoding="utf-8")
    result = moe("tools", "list")
    assert result.exit_code == 0
    assert "\ngood " in result.stdout
    told = result.stderr.splitlines()
    for name in BROKEN:
        lines = [line for line in told if f"text/{name}.py" in line]
        assert lines, name
        assert all(line.startswith("problem: ") and " -> " in line for line in lines)
    assert json.loads(moe("tools", "list", "--json").stdout)


def test_plugins_are_listed_with_their_state(moe, project: Path) -> None:
    (project / "plugins" / "tools").mkdir(parents=True, exist_ok=True)
    (project / "plugins" / "tools" / "bad.py").write_text("1 / 0\n", encoding="utf-8")
    result = moe("plugins", "list")
    assert result.exit_code == 0
    assert any("bad.py" in line and "failed" in line for line in result.stdout.splitlines())
    assert any("parrot.py" in line and "indexed" in line and "parrot" in line for line in result.stdout.splitlines())
    assert "bad.py" in result.stderr
    only = moe("plugins", "list", "--broken").stdout
    assert "bad.py" in only
    assert "parrot.py" not in only
    data = json.loads(moe("plugins", "list", "--json").stdout)
    assert {plugin["state"] for plugin in data["plugins"]} <= {"indexed", "active", "failed"}
    assert any("bad.py" in problem["plugin"] for problem in data["problems"])


def test_a_tool_that_two_plugins_bring_is_refused_by_its_short_name_and_runs_by_its_full_id(moe, project: Path) -> None:
    for place in ("one", "two"):
        folder = project / "plugins" / "tools" / place
        folder.mkdir(parents=True)
        (folder / "work.py").write_text(GOOD.format(name="Work"), encoding="utf-8")
    result = moe("tools", "run", "work")
    assert result.exit_code == 2
    assert "tools.yaml" in result.stderr
    ids = [tool["full_id"] for tool in json.loads(moe("tools", "list", "--json").stdout) if tool["name"] == "work"]
    assert len(ids) == 2
    assert all(full_id in moe("tools", "list").stdout for full_id in ids)
    assert moe("tools", "run", ids[0], "--json").stdout == "{}\n"


def test_a_tool_searches_documents_it_is_given(moe) -> None:
    result = moe("tools", "run", "document_search", "query=tidal mill", "--docs", "docs", "--json")
    assert json.loads(result.stdout)["evidence"][0]["document"] == "docs/mill.md"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["calculater", "expression=1"], "did you mean 'calculator'"),
        (["calculator", "1+1"], "this tool takes expression=..."),
        (["calculator"], "expression"),
        (["calculator", "--params", "{nonsense"], "--params is no JSON"),
        (["calculator", "--params", "[1]"], "no object"),
    ],
)
def test_a_tool_called_wrongly_says_how(moe, arguments: list[str], words: str) -> None:
    result = moe("tools", "run", *arguments)
    assert result.exit_code in (1, 2)
    assert result.stderr.startswith("error: ")
    assert words in result.stderr
    assert result.stdout == ""


def test_parameters_come_as_words_or_as_json_and_words_win(moe) -> None:
    assert "value: 4" in moe("tools", "run", "calculator", "expression=2+2").stdout
    assert "value: 6" in moe("tools", "run", "calculator", "--params", '{"expression": "3+3"}').stdout
    both = moe("tools", "run", "calculator", "expression=4+4", "--params", '{"expression": "3+3"}')
    assert "value: 8" in both.stdout
    assert "value: 10" in moe("tools", "run", "calculator", "--params", "-", input='{"expression": "5+5"}').stdout


def test_every_bundled_tool_can_be_shown(moe) -> None:
    for tool in json.loads(moe("tools", "list", "--json").stdout):
        shown = moe("tools", "show", tool["name"])
        assert shown.exit_code == 0
        for name in tool["parameters"].get("properties", {}):
            assert name in shown.stdout
        assert json.loads(moe("tools", "show", tool["name"], "--json").stdout) == tool


def test_a_tools_key_is_shown_nowhere(moe, project: Path) -> None:
    text = "calculator:\n  settings: {api_key: s3cr3t, url: 'https://ann:s3cr3t@host/', city: Oslo}\n"
    (project / "config" / "tools.yaml").write_text(text, encoding="utf-8")
    for command in (
        ("config", "show"),
        ("config", "show", "tools"),
        ("tools", "show", "calculator"),
        ("tools", "list"),
    ):
        for more in ((), ("--json",)):
            output = moe(*command, *more).output
            assert "s3cr3t" not in output, (command, more)
    assert "Oslo" in moe("tools", "show", "calculator").output
    assert "********" in moe("config", "show", "tools").output


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("tool", "calculator"),
        ("loader", "pdf"),
        ("retriever", "lexical"),
        ("traversal", "belief"),
        ("persona", "surveyor"),
        ("model_provider", "extractive"),
        ("belter", "research"),
    ],
)
def test_what_there_is_of_each_kind_is_listed(moe, kind: str, name: str) -> None:
    lines = moe("plugins", "list", "--kind", kind).stdout.splitlines()
    assert lines[0].lower().split()[0] == kind.split("_")[0]
    listed = json.loads(moe("plugins", "list", "--kind", kind, "--json").stdout)
    assert name in [one["name"] for one in listed], listed
    assert len(lines) == 1 + len(listed)


def test_the_hooks_are_listed_with_what_stands_behind_them(moe) -> None:
    hooks = json.loads(moe("plugins", "hooks", "--json").stdout)
    assert "pdf" in hooks["moe_loaders"]
    assert "belter research" in hooks["moe_modelfiles"]
    assert all(line.count("moe_") <= 1 for line in moe("plugins", "hooks").stdout.splitlines())


def test_a_misspelt_attribute_is_told_where_the_tool_is_shown_and_listed(moe, project: Path) -> None:
    folder = project / "plugins" / "tools"
    folder.mkdir(parents=True, exist_ok=True)
    text = GOOD.format(name="Pay").replace("'''Work.'''", "ask_first = True")
    (folder / "pay.py").write_text(text, encoding="utf-8")
    for words in (("tools", "show", "pay"), ("tools", "show", "pay"), ("plugins", "list"), ("tools", "list")):
        told = moe(*words)
        assert told.exit_code == 0
        assert (
            "Pay sets ask_first, which tools do not declare: it does nothing -> did you mean asks_first?" in told.stderr
        )
    assert "ask_first" not in moe("tools", "show", "calculator").stderr
