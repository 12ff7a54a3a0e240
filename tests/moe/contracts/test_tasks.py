"""Tasks by type, as requests."""

import pytest

from moe.contracts.depth import Depth, get_plan
from moe.contracts.request import RunRequest
from moe.contracts.task_kinds import TaskSource, TaskType
from moe.contracts.tasks import CONTENTS, build_task_request, read_task
from moe.contracts.wanted import build_run_request
from moe_core.contracts.errors import RequestError


def test_a_task_is_a_request_of_its_type():
    content = {"query": " Who? ", "depth": "quick", "include": ["academic", "documents"], "collection": "papers"}
    assert build_task_request("research", content).format == "prose"
    assert build_task_request("research", {**content, "format": "list"}).format == "list"
    request = build_task_request("research", content)
    assert (request.question, request.task_type, request.depth) == ("Who?", TaskType.RESEARCH, Depth.QUICK)
    assert request.list_sources() == (TaskSource.ACADEMIC, TaskSource.DOCUMENTS)
    assert request.wants_web
    assert set(CONTENTS) == set(TaskType)
    for kind in TaskType:
        assert build_task_request(kind, {"query": "Who?"}) == RunRequest(question="Who?", task_type=kind)


@pytest.mark.parametrize(
    ("task_type", "content", "message", "hint"),
    [
        ("reserch", {"query": "a"}, "no task type is named 'reserch'", "did you mean research?"),
        ("x", {}, "no task type", "there are: general, research, analysis, content"),
        ("research", {"query": "a", "dept": "quick"}, r"dept is no field; did you mean depth\?", None),
        ("research", {}, "query is missing", None),
        ("research", {"query": "a", "depth": "deep"}, "depth must be 'quick', 'standard' or 'comprehensive'", None),
        ("research", {"query": "a", "include": ["acdemic"]}, "include.0 must be 'academic', 'news'", None),
        ("research", {"query": "a", "include": "news"}, "include must be a list", None),
        ("general", {"query": "a", "docs": ["x"]}, "docs is no field", None),
    ],
)
def test_what_a_type_does_not_take_is_refused_with_the_near_name(task_type, content, message, hint):
    with pytest.raises(RequestError, match=message) as caught:
        build_task_request(task_type, content)
    assert caught.value.hint == hint


def test_all_that_does_not_fit_is_told_with_its_place():
    misfits = read_task("research", {"depth": 3, "include": ["news", "x"]})
    assert [misfit.path for misfit in misfits] == [("query",), ("depth",), ("include", 1)]


def test_what_cannot_go_together_is_refused():
    for fields in ({"belter": "research"}, {"docs": ["a"]}, {"collection": "a"}, {"include": ["news"]}):
        with pytest.raises(RequestError, match=r"named; name one|without sources"):
            build_run_request("Who?", {"task_type": "general", **fields})


def test_documents_that_are_named_always_count():
    assert RunRequest(question="a", include=("news",), docs=("x",)).list_sources() == ("news", "documents")
    assert RunRequest(question="a", docs=("x",)).list_sources() == ()
    assert not RunRequest(question="a", include=("analysis",)).wants_web


def test_a_depth_gives_what_the_request_does_not_say():
    quick = RunRequest(question="a", depth="quick")
    assert quick.count_seconds(120.0) == get_plan(Depth.QUICK).deadline_seconds
    assert quick.find_wish().most == 1
    said = RunRequest(question="a", depth="quick", deadline_seconds=7, experts=2)
    assert (said.count_seconds(120.0), said.find_wish().most) == (7, 2)
    assert (RunRequest(question="a").count_seconds(120.0), RunRequest(question="a").find_wish()) == (120.0, None)
    plans = [get_plan(depth) for depth in Depth]
    for name in ("max_evidence", "max_plan_tasks", "deadline_seconds", "max_tokens", "max_requests"):
        numbers = [getattr(plan, name) for plan in plans]
        assert numbers == sorted(set(numbers)), name
