"""`moe mcp`: a server's tools, accepted and used; the other way round is tested in tests/moe/mcp."""

import json
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "servers" / "weather_mcp.py"


@pytest.fixture
def configure(project: Path):
    def write(description: str = "Of a town.", **more) -> None:
        server = {"command": [sys.executable, str(SCRIPT), description], **more}
        (project / "config" / "tools.yaml").write_text(json.dumps({"weather": {"mcp": server}}), encoding="utf-8")

    write()
    return write


def test_nothing_of_a_server_is_there_before_it_is_accepted(moe, configure) -> None:
    assert moe("mcp", "list").stdout == "weather no tool is accepted: moe mcp accept weather\n"
    listed = moe("tools", "list")
    assert "weather_forecast" not in listed.stdout
    assert "you have not accepted the tools of MCP server weather yet" in listed.stderr
    assert moe("tools", "run", "weather_forecast", "town=Oslo").exit_code == 2


def test_accepted_tools_are_listed_and_work(moe, configure) -> None:
    assert "nobody can be asked here" in moe("mcp", "accept", "weather").stderr
    done = moe("mcp", "accept", "weather", "--yes")
    assert done.exit_code == 0, done.stderr
    assert "new forecast" in done.stdout
    assert done.stdout.splitlines()[-1] == "accepted: 3 tools of weather"
    assert json.loads(moe("mcp", "list", "--json").stdout) == {
        "servers": {"weather": ["forecast", "variables", "picture"]}
    }
    tools = {one["name"]: one for one in json.loads(moe("tools", "list", "--json").stdout)}
    assert tools["weather_forecast"]["effects"] == ["net"]
    assert "Oslo: rain for 2 days" in moe("tools", "run", "weather_forecast", "town=Oslo", "days=2").stdout
    assert moe("mcp", "accept", "weather").stdout == "nothing has changed\n"


def test_another_command_is_another_server(moe, configure) -> None:
    moe("mcp", "accept", "weather", "--yes")
    configure("Of a city.")
    assert "no tool is accepted" in moe("mcp", "list").stdout
    assert "weather_forecast" not in moe("tools", "list").stdout


def test_effects_are_the_users_word(moe, configure) -> None:
    configure(effects=[])
    moe("mcp", "accept", "weather", "--yes")
    tools = {one["name"]: one for one in json.loads(moe("tools", "list", "--json").stdout)}
    assert tools["weather_forecast"]["effects"] == []


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ({}, "either command or url"),
        ({"command": ["x"], "url": "https://example.org"}, "either command or url"),
        ({"url": "http://example.org/mcp"}, "url is https"),
        ({"url": "http://localhost.example.org/mcp"}, "url is https"),
        ({"command": ["x"], "token_env": "KEY"}, "token_env is for url"),
    ],
)
def test_an_entry_that_names_no_server_is_refused(moe, project: Path, server, words) -> None:
    (project / "config" / "tools.yaml").write_text(json.dumps({"weather": {"mcp": server}}), encoding="utf-8")
    done = moe("mcp", "list")
    assert done.exit_code == 2
    assert words in done.stderr


def test_a_mistyped_server_is_told_which_there_are(moe, configure) -> None:
    done = moe("mcp", "accept", "wether")
    assert done.exit_code == 2
    assert "there are: weather" in done.stderr
