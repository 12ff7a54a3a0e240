"""The server, called by the SDK's own client: in this process, and as a process on its standard streams."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

from moe.app import App
from moe.mcp.answers import Answers
from moe.mcp.server import build_server, list_tools
from moe.version import VERSION
from moe_core.contracts.errors import NameUnknownError, RequestError

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]
MILL = "# The mill\n\nThe tidal mill was restored by Ada Brook. It cost 412,000 in all.\n\nThe wheel turns at ebb.\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name, folder in {"HOME": "home", "XDG_CONFIG_HOME": "home/.config", "XDG_DATA_HOME": "home/data"}.items():
        monkeypatch.setenv(name, str(tmp_path / folder))
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:1")
    project = tmp_path / "project"
    (project / "docs").mkdir(parents=True)
    (project / "config").mkdir()
    (project / "docs" / "mill.md").write_text(MILL, encoding="utf-8")
    (project / "config" / "system.yaml").write_text("provider: extractive\n", encoding="utf-8")
    (project / "config" / "tools.yaml").write_text("calculator: {exposed: true}\n", encoding="utf-8")
    return project


@pytest.fixture
def app(project):
    app = App.open(project)
    yield app
    app.close()


def open_answers(project):
    app = App.open(project)
    return app, Answers(app)


def serve(app):
    return Client(build_server(app, Answers(app, [str(app.project / "docs")])))


async def test_its_own_tools_and_those_that_the_configuration_exposes_are_listed(app):
    async with serve(app) as client:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert list(listed) == ["ask", "search", "explain", "calculator"]
    assert listed["ask"].input_schema["required"] == ["question"]
    assert "expression" in listed["calculator"].input_schema["properties"]


async def test_a_client_is_told_which_moe_it_speaks_with(app):
    async with serve(app) as client:
        assert (client.server_info.name, client.server_info.version) == ("moe", VERSION)


async def test_an_answer_has_citations_whose_characters_are_the_documents(app):
    async with serve(app) as client:
        reply = await client.call_tool("ask", {"question": "Who restored the mill?"})
    assert not reply.is_error
    data = reply.structured_content
    assert "Ada Brook" in data["answer"]
    cited = data["citations"][0]
    assert MILL[cited["start"] : cited["end"]] == cited["quote"]
    assert f"[1] {cited['document']}" in reply.content[0].text
    assert data["status"] == "done"


async def test_passages_are_found_with_their_characters(app):
    async with serve(app) as client:
        reply = await client.call_tool("search", {"query": "restored mill", "limit": 1})
    (passage,) = reply.structured_content["passages"]
    assert MILL[passage["start"] : passage["end"]] == passage["text"]
    assert "Ada Brook" in reply.content[0].text


async def test_the_path_to_a_citation_is_told(app):
    async with serve(app) as client:
        asked = await client.call_tool("ask", {"question": "Who restored the mill?"})
        run_id = asked.structured_content["run_id"]
        reply = await client.call_tool("explain", {"run_id": run_id, "citation": 1})
        assert 1 in reply.structured_content["passages"][0]["citations"]
        assert "searched for" in reply.content[0].text
        beyond = await client.call_tool("explain", {"run_id": run_id, "citation": 99})
        unknown = await client.call_tool("explain", {"run_id": "nothing"})
    assert beyond.is_error
    assert "no citation 99" in beyond.content[0].text
    assert unknown.is_error
    assert "ask first" in unknown.content[0].text


async def test_an_exposed_tool_works(app):
    async with serve(app) as client:
        reply = await client.call_tool("calculator", {"expression": "15% of 80"})
        wrong = await client.call_tool("calculator", {"expression": "15 of of"})
    assert "12" in reply.content[0].text
    assert wrong.is_error


@pytest.mark.parametrize(
    ("name", "params", "words"),
    [
        ("ask", {}, "question is missing"),
        ("ask", {"question": "x", "docs": ["/etc"]}, "docs is unknown here"),
        ("search", {"query": "x", "limit": 0}, "limit"),
        ("news", {"query": "x"}, "no tool is named 'news'"),
    ],
)
async def test_a_wrong_call_is_answered_in_words(app, name, params, words):
    async with serve(app) as client:
        reply = await client.call_tool(name, params)
    assert reply.is_error
    assert words in reply.content[0].text.lower()


async def test_a_server_without_documents_says_so(app):
    async with Client(build_server(app, Answers(app))) as client:
        reply = await client.call_tool("search", {"query": "mill"})
    assert reply.is_error
    assert "document" in reply.content[0].text


def test_an_exposed_name_that_is_taken_or_unknown_is_refused(project):
    tools = project / "config" / "tools.yaml"
    tools.write_text("ask: {alias: calculator, exposed: true}\n", encoding="utf-8")
    with pytest.raises(RequestError, match="tool named ask"):
        list_tools(*open_answers(project))
    tools.write_text("calculater: {exposed: true}\n", encoding="utf-8")
    with pytest.raises(NameUnknownError):
        list_tools(*open_answers(project))


async def test_a_process_serves_the_sdks_client_until_it_closes(project):
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "moe", "--project", str(project), "mcp", "serve", "--docs", str(project / "docs")],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    async with Client(server) as client:
        assert [tool.name for tool in (await client.list_tools()).tools][:3] == ["ask", "search", "explain"]
        reply = await client.call_tool("ask", {"question": "Who restored the mill?"})
    assert "Ada Brook" in reply.structured_content["answer"]


def test_a_process_ends_well_when_its_client_is_gone(project):
    command = [sys.executable, "-m", "moe", "--project", str(project), "mcp", "serve"]
    done = subprocess.run(
        command, input=b"", capture_output=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False
    )
    assert (done.returncode, done.stdout) == (0, b"")


def test_a_run_imports_nothing_of_the_protocol(project):
    code = (
        "import sys\nfrom moe.cli.group import run\n"
        f"run(['--project', {str(project)!r}, 'run', 'Who restored the mill?', '--docs', {str(project / 'docs')!r}])\n"
        "print([name for name in sys.modules if name.partition('.')[0] in ('mcp', 'mcp_types') or 'moe.mcp' in name])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
    assert "Ada Brook" in done.stdout
