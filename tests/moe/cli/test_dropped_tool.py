"""A tool of five lines and a modelfile that names it, dropped into a project: used with no model server."""

import json
from pathlib import Path

import pytest

TOOL = """from moe_core import BaseTool


class WordCount(BaseTool):
    effects = ()

    async def execute(self, params: dict) -> dict:
        return {"words": len(params["text"].split())}
"""
DRUMMER = 'FROM llama3.2:3b\nROLE drummer\nNAME counter\nSYSTEM """You count."""\nTOOL word_count\n'
ASKED = ("drummer", "how many words are in 'the quick brown fox'", "--name", "counter", "--provider", "extractive")


@pytest.fixture
def counting_project(project: Path) -> Path:
    (project / "plugins" / "tools" / "text").mkdir(parents=True)
    (project / "plugins" / "tools" / "text" / "word_count.py").write_text(TOOL, encoding="utf-8")
    (project / "modelfiles" / "drummers").mkdir(parents=True)
    (project / "modelfiles" / "drummers" / "counter.moe").write_text(DRUMMER, encoding="utf-8")
    return project


@pytest.mark.parametrize("docs", [(), ("--docs", "docs")])
def test_a_drummer_uses_it_and_the_answer_names_it(counting_project: Path, moe, docs) -> None:
    result = moe(*ASKED, *docs, "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 0, result.stderr
    assert not answer["degraded"]
    assert answer["answer"].startswith('word_count of "the quick brown fox": words: 4\n')
    assert "the tool word_count worked this out" in answer["answer"]


def test_a_tool_that_fails_is_told_when_there_is_nothing_else_to_answer_from(counting_project: Path, moe) -> None:
    (counting_project / "plugins" / "tools" / "text" / "word_count.py").write_text(
        TOOL.replace('params["text"]', 'params["txt"]'), encoding="utf-8"
    )
    result = moe(*ASKED)
    assert result.exit_code == 2
    assert "there are no documents to answer from, and no tool brought an answer" in result.stderr
    assert "word_count failed: KeyError: 'txt'" in result.stderr


def test_a_drummer_whose_tools_read_documents_says_that_there_are_none(moe) -> None:
    result = moe("drummer", "the mill", "--name", "search", "--provider", "extractive")
    assert result.exit_code == 2
    assert "there are no documents" in result.stderr


WEATHER = """from pydantic import BaseModel
from moe_core import BaseTool


class WeatherForecast(BaseTool):
    effects = ()

    class Params(BaseModel):
        city: str
        days: int = 1

    async def execute(self, params: dict) -> dict:
        return {"statement": f"In {params['city']} it will be 52 degrees for {params['days']} days."}
"""
WEATHER_AGENTS = {
    "drummers": "FROM llama3.2:3b\nROLE drummer\nNAME weather\nCAPABILITY weather\nTOOL weather_forecast\n",
    "belters": "FROM llama3.2:3b\nROLE belter\nNAME weather\nCAPABILITY weather\n",
}


@pytest.fixture
def weather_project(project: Path) -> Path:
    (project / "plugins" / "tools").mkdir(parents=True)
    (project / "plugins" / "tools" / "weather.py").write_text(WEATHER, encoding="utf-8")
    for folder, text in WEATHER_AGENTS.items():
        (project / "modelfiles" / folder).mkdir(parents=True)
        (project / "modelfiles" / folder / "weather.moe").write_text(text, encoding="utf-8")
    return project


@pytest.mark.parametrize("command", [("run", "--belter", "weather"), ("belter", "--name", "weather")])
def test_a_belter_answers_by_its_drummers_tool_without_documents(weather_project: Path, moe, command) -> None:
    question = "what is the weather forecast in Oslo for 2 days"
    result = moe(*command, question, "--provider", "extractive", "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == 0, result.stderr
    assert answer["answer"].startswith("In Oslo it will be 52 degrees for 2 days.\n")
    assert not answer["degraded"]


def test_a_parameter_that_the_words_do_not_give_is_not_made_up(weather_project: Path, moe) -> None:
    result = moe("run", "--belter", "weather", "what is the weather forecast", "--provider", "extractive")
    assert result.exit_code == 2
    assert "no tool brought an answer" in result.stderr
