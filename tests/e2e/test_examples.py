"""The main job over the example documents, with nothing but what is bundled."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bundled_reading import load_bundled
from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.running.run import Run
from moe_core.contracts.task import Status

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
HARBOUR = ROOT / "examples" / "harbour"
QUESTIONS = [
    json.loads(line) for line in (ROOT / "examples" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
ALONE = {"MOE_TRUST": "/", "MOE_PROVIDERS__ORDER": "[extractive]"}  # whatever servers run on this machine
KEYS = (
    "run_id correlation_id question status degraded answer citations route chain usage timings observer error".split()
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="module")
def app(project: Path) -> App:
    return App.open(project, environ=ALONE)


async def ask(app: App, question: str, **more: Any) -> RunResult:
    return await app.run(RunRequest(question=question, docs=(str(HARBOUR),), **more))


async def test_citations_quote_their_documents_exactly_and_most_questions_find_gold(app: App, project: Path) -> None:
    found = answerable = honest = unanswerable = 0
    library = app.open_library([str(HARBOUR)])  # read once for all
    for row in QUESTIONS[::3]:
        result = await Run(app.environment, RunRequest(question=row["question"]), library=library).finish()
        assert result.status is Status.DONE, result.error
        for citation in result.citations:
            path = Path(citation.document)
            if path.suffix in (".txt", ".md"):
                (document,) = load_bundled(path, citation.document).documents
                assert document.text[citation.start : citation.end] == citation.text
        shown = (*result.citations, *result.nearest)
        cited = {str(Path(c.document).relative_to(HARBOUR)) for c in shown if Path(c.document).is_absolute()}
        if row["gold"]:
            answerable += 1
            found += bool(cited & {gold.removeprefix("harbour/") for gold in row["gold"]})
        else:
            unanswerable += 1
            honest += not result.citations
    assert found >= 0.75 * answerable


async def test_equal_questions_get_equal_answers_byte_for_byte(app: App) -> None:
    first, second = [await ask(app, QUESTIONS[0]["question"]) for _ in range(2)]
    assert first.answer == second.answer
    assert first.citations == second.citations


async def test_the_answer_says_that_no_language_model_was_used(app: App) -> None:
    result = await ask(app, QUESTIONS[1]["question"])
    assert "No language model was used" in result.answer


async def test_the_question_of_the_readme_is_answered_by_the_sentence_that_says_it(app: App) -> None:
    (question,) = re.findall(
        r'moe run --belter research "(.+?)" --docs', (ROOT / "README.md").read_text(encoding="utf-8")
    )
    result = await ask(app, question, belter="research")
    assert result.answer.startswith("In sixteen months 1,126 people gave **£71,430**. [1]")


async def test_without_documents_and_model_the_run_fails_at_once_with_both_remedies(app: App) -> None:
    result = await app.run(RunRequest(question="What is the capital of France?"))
    assert result.status is Status.FAILED
    assert result.error is not None
    assert "--docs" in (result.error.hint or "")
    assert "providers.yaml" in (result.error.hint or "")


def test_the_command_line_prints_the_documented_json_from_any_directory(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MOE_")} | ALONE
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "moe",
            "run",
            "--json",
            "--belter",
            "research",
            QUESTIONS[0]["question"],
            "--docs",
            str(HARBOUR),
        ],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert [key for key in KEYS if key not in result] == []
    assert set(result["citations"][0]) == {"document", "passage_id", "start", "end", "page", "row", "text", "score"}
    assert result["route"]["route"] == "research"


def test_a_tool_and_a_belter_dropped_into_a_project_are_used_without_another_edit(tmp_path: Path) -> None:
    tool = tmp_path / "plugins" / "tools" / "text" / "word_count.py"
    tool.parent.mkdir(parents=True)
    tool.write_text(
        '"""Words."""\n\nfrom moe_core import BaseTool\n\n\nclass WordCount(BaseTool):\n'
        '    """Count the words of a text."""\n\n    async def execute(self, params: dict) -> dict:\n'
        '        return {"words": len(params["text"].split())}\n',
        encoding="utf-8",
    )
    belter = tmp_path / "modelfiles" / "belters" / "cooking.moe"
    belter.parent.mkdir(parents=True)
    belter.write_text(
        "FROM mistral:7b\nROLE belter\nDESCRIPTION Recipes, baking, cooking times and kitchen techniques\n"
        'CAPABILITY cooking, recipes, baking\nSYSTEM "You cook."\n',
        encoding="utf-8",
    )
    drummer = tmp_path / "modelfiles" / "drummers" / "counter.moe"
    drummer.parent.mkdir(parents=True)
    drummer.write_text("FROM llama3.2:3b\nROLE drummer\nTOOL word_count\nCAPABILITY count\n", encoding="utf-8")
    app = App.open(tmp_path, environ=ALONE)
    entry = app.registry.tools.get("word_count")
    assert (entry.category, entry.summary) == ("text", "Count the words of a text.")
    assert app.route("How long do I bake a sourdough loaf, and which recipe suits rye flour?").route == "cooking"
    _, chain = app.assemble(RunRequest(question="bake", belter="cooking"))
    assert {member.name: member.tools for member in chain.drummers}["counter"] == ("word_count",)


async def test_what_was_indexed_once_answers_without_naming_it_again(tmp_path: Path) -> None:
    app = App.open(tmp_path, environ=ALONE)
    question = "How many people gave to the appeal for the mill, and how much?"
    before = await app.run(RunRequest(question=question, belter="research"))
    assert before.status is Status.FAILED
    app.index.update(add=[str(HARBOUR)])
    after = await app.run(RunRequest(question=question, belter="research"))
    assert after.status is Status.DONE, after.error
    assert any(citation.document.endswith("appeal-2015.md") for citation in after.citations)
    given = await ask(app, question, belter="research")
    assert [(c.document, c.start, c.end) for c in given.citations] == [
        (c.document, c.start, c.end) for c in after.citations
    ]
