"""The modelfiles that come with moe."""

from pathlib import Path

import pytest

from moe_core.contracts.agent import Fallback, Role
from moe_core.loading.modelfile.load import load_agent, load_modelfile

FOLDER = Path(__file__).parents[2] / "modelfiles"
FILES = sorted(FOLDER.rglob("*.moe"))
TOOLS = {
    *("document_search", "document_outline", "table_statistics", "table_answer", "calculator", "property_finance"),
    *("http_api", "web_search", "academic_search", "news"),
}


@pytest.fixture(params=FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def path(request):
    return request.param


def test_the_cast_is_complete():
    agents = [load_agent(path) for path in FILES]
    found = {role: sorted(agent.name for agent in agents if agent.role is role) for role in Role}
    assert found == {
        Role.CAMINA: ["camina"],
        Role.BELTER: ["analysis", "document", "knowledge", "property", "research"],
        Role.DRUMMER: ["analysis", "api", "content", "search"],
        Role.OBSERVER: ["observer"],
    }


def test_a_bundled_modelfile_is_complete_and_without_warnings(path):
    modelfile = load_modelfile(path)
    agent = load_agent(path)
    assert modelfile.warnings == ()
    assert agent.name == path.stem
    assert agent.role.value in (path.stem, path.parent.name.removesuffix("s"))
    assert 20 <= len(agent.description) <= 120
    assert 15 <= agent.system.count("\n") + 1 <= 40
    assert len(agent.capabilities) >= 2
    assert {"temperature", "num_ctx"} <= agent.parameters.keys()
    assert agent.fallbacks[-1] == Fallback(provider="extractive")


def test_a_bundled_modelfile_names_only_bundled_tools(path):
    assert {tool.name for tool in load_agent(path).tools} <= TOOLS


def test_a_bundled_prompt_says_that_text_is_data_and_forbids_inventing(path):
    agent = load_agent(path)
    system = " ".join(agent.system.split())
    assert "instruction" in system
    if agent.role is not Role.OBSERVER:
        assert "invent" in system
        assert "ids" in system
        assert "missing" in system


def test_the_observers_notes_have_a_severity_and_a_text():
    schema = load_agent(FOLDER / "observer.moe").response_schema
    note = schema["properties"]["notes"]["items"]["properties"]
    assert note == {"severity": {"type": "string", "enum": ["info", "warning"]}, "text": {"type": "string"}}
