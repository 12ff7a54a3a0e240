"""What a task's type, depth and sources make of a run, over the bundled agents and tools."""

import pytest

from moe.app import App
from moe.contracts.depth import get_plan
from moe.contracts.request import RunRequest
from moe.contracts.task_kinds import TaskSource
from moe_core.contracts.event import EventKind

pytestmark = pytest.mark.anyio

LINES = "\n\n".join(f"Note {number}: the tide of the mill stood at {number} metres." for number in range(40))


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in range(30):
        (tmp_path / f"tide{number}.md").write_text(f"# Tide {number}\n\n{LINES}\n", encoding="utf-8")
    opened = App.open(tmp_path, overrides={"system.provider": "extractive"}, environ={"MOE_TRUST": "/"})
    yield opened
    opened.close()


def assemble(app, **fields):
    return app.assemble(RunRequest(question="What did the mill cost in 1998?", **fields))


@pytest.mark.parametrize(
    ("task_type", "belters"),
    [("research", {"research"}), ("analysis", {"analysis", "property"}), ("content", {"document", "knowledge"})],
)
def test_a_type_goes_to_one_of_its_belters(app, task_type, belters):
    route, chain = assemble(app, task_type=task_type, docs=("tide1.md",))
    assert len(route.belters) == 1
    assert set(route.belters) <= belters
    assert [member.name for member in chain.belters] == list(route.belters)
    assert task_type in route.why


def test_of_two_belters_the_one_that_fits_the_question_works(app):
    for question, belter in (
        ("What is the mean of the column price?", "analysis"),
        ("Mortgage of the flat?", "property"),
    ):
        assert app.assemble(RunRequest(question=question, task_type="analysis"))[0].belters == (belter,)


def test_general_is_camina_alone(app):
    route, chain = assemble(app, task_type="general")
    assert (route.route, route.belters, chain.belters, chain.drummers) == ("general", (), (), ())


async def test_general_without_a_model_says_what_it_needs(app):
    result = await app.run(RunRequest(question="What is a tide?", task_type="general"))
    assert result.error.message == "a task of type general is answered by a language model, and none is configured"


@pytest.mark.parametrize(
    ("include", "tools"),
    [
        (("academic",), {"academic_search"}),
        (("news",), {"news"}),
        (("documents",), {"document_search", "document_outline", "table_answer"}),
        (("academic", "news"), {"academic_search", "news"}),
        (("analysis",), {"table_statistics", "calculator", "property_finance", "table_answer"}),
    ],
)
def test_sources_choose_drummers_and_their_tools(app, include, tools):
    _, chain = assemble(app, task_type="research", include=include)
    assert {tool for member in chain.drummers for tool in member.tools} == tools
    assert all(member.tools for member in chain.drummers)
    nodes = {member.node for member in chain.members()}
    assert {node for edge in chain.edges for node in edge} <= nodes
    whole = assemble(app, task_type="research")[1]
    assert len(whole.drummers) > len(chain.drummers)


async def ask(app, **fields):
    events = []
    result = await app.run(
        RunRequest(question="At how many metres stood the tide of the mill?", **fields), on_event=events.append
    )
    return result, events


async def test_a_depth_sets_how_much_a_search_brings(app):
    found = {}
    for depth in ("quick", "standard", "comprehensive"):
        _, events = await ask(app, docs=("*.md",), depth=depth)
        called = [event.data for event in events if event.kind is EventKind.TOOL_CALLED]
        search = next(call for call in called if call.tool == "document_search")
        answered = [event.data for event in events if event.kind is EventKind.TOOL_ANSWERED]
        found[depth] = next(one.evidence for one in answered if one.tool == "document_search")
        assert search.params["k"] == found[depth] == get_plan(depth).max_evidence


async def test_what_is_included_from_outside_is_asked_although_no_word_calls_for_it(app):
    _, without = await ask(app, docs=("tide1.md",), task_type="research")
    _, events = await ask(app, docs=("tide1.md",), task_type="research", include=(TaskSource.NEWS,))
    called = [event.data.tool for event in events if event.kind is EventKind.TOOL_CALLED]
    assert {"news", "document_search"} <= set(called)
    assert "news" not in [event.data.tool for event in without if event.kind is EventKind.TOOL_CALLED]


async def test_a_depth_limits_what_models_may_spend(app):
    adapted = app.environment.adapt(RunRequest(question="a", depth="quick"))
    plan = get_plan("quick")
    assert adapted.config.system.budgets.run.max_tokens == plan.max_tokens
    assert adapted.config.system.max_plan_tasks == plan.max_plan_tasks
