"""A run's events become spans: names, attributes and who stands below whom, as a collector takes them."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("opentelemetry.sdk", reason="moe-core[telemetry] is not installed")

from moe.contracts.request import RunRequest
from moe.running.run import Run
from moe.running.settings import TelemetrySettings
from moe.running.tracing.tracing import RunTracing
from moe_core.contracts.event import Event
from moe_core.contracts.model_payloads import ModelCalled, ModelFailed, ModelRetried
from moe_core.contracts.payloads import RunFinished, RunStarted, RunWaiting, TaskStarted
from moe_core.contracts.trace_context import trace_run, trace_task
from otlp_collector import OtlpCollector, TakenSpan

pytestmark = pytest.mark.anyio
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
QUESTION = "Who designed the lighthouse?"


async def trace(make_runner, good, collector: OtlpCollector, **settings) -> list[TakenSpan]:
    tracing = RunTracing.to_collector(TelemetrySettings(traces=collector.url, **settings))
    request = RunRequest(question=QUESTION, belter="research", traceparent=CALLER)
    run = Run(replace(make_runner(good).environment, tracing=tracing), request)
    await run.finish()
    tracing.flush()
    return collector.spans


async def test_each_layer_has_its_operation_below_the_one_that_asked(make_runner, good, otlp_collector) -> None:
    spans = await trace(make_runner, good, otlp_collector)
    named = {span.name: span for span in spans}
    root, belter, drummer = (
        named[name] for name in ("invoke_workflow camina", "invoke_agent research", "invoke_agent search")
    )
    tool = named["execute_tool lookup"]
    assert {span.trace_id for span in spans} == {CALLER[3:35]}
    assert (root.parent_id, belter.parent_id, drummer.parent_id, tool.parent_id) == (
        CALLER[36:52],
        root.span_id,
        belter.span_id,
        drummer.span_id,
    )
    chats = [span for span in spans if span.name.startswith("chat ")]
    assert {span.attributes["moe.model.purpose"] for span in chats} >= {"decompose", "merge"}
    assert {span.parent_id for span in chats} <= {root.span_id, belter.span_id, drummer.span_id}
    assert all(root.start <= span.start <= span.end <= root.end for span in spans)
    assert not any(span.is_error for span in spans)


async def test_spans_tell_by_the_names_for_generative_ai(make_runner, good, otlp_collector) -> None:
    spans = await trace(make_runner, good, otlp_collector)
    told = {span.attributes["gen_ai.operation.name"] for span in spans}
    assert told == {"invoke_workflow", "invoke_agent", "execute_tool", "chat"}
    chat = next(span for span in spans if span.name.startswith("chat "))
    assert {"gen_ai.provider.name", "gen_ai.request.model", "gen_ai.usage.input_tokens"} <= set(chat.attributes)
    drummer = next(span for span in spans if span.name == "invoke_agent search")
    assert drummer.attributes["gen_ai.agent.name"] == "search"
    root = next(span for span in spans if span.name == "invoke_workflow camina")
    assert root.attributes["moe.status"] == "done"


async def test_contents_are_told_only_when_asked_for(make_runner, good, otlp_collector) -> None:
    await trace(make_runner, good, otlp_collector)
    assert b"lighthouse" not in b"".join(otlp_collector.raw)
    spans = await trace(make_runner, good, otlp_collector, contents=True)
    assert QUESTION in [span.attributes.get("moe.question") for span in spans]
    arguments = [span.attributes.get("gen_ai.tool.call.arguments") for span in spans]
    assert '{"query": "designer"}' in arguments


async def test_headers_are_sent_and_may_say_where_a_key_is(
    make_runner, good, otlp_collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACE_TOKEN", "t-93")
    await trace(make_runner, good, otlp_collector, headers={"x-token": "env:TRACE_TOKEN", "x-team": "mill"})
    assert (otlp_collector.headers[0]["x-token"], otlp_collector.headers[0]["x-team"]) == ("t-93", "mill")


async def test_a_collector_that_is_away_costs_a_run_nothing(make_runner, good, dead_url: str) -> None:
    tracing = RunTracing.to_collector(TelemetrySettings(traces=dead_url))
    result = await Run(replace(make_runner(good).environment, tracing=tracing), RunRequest(question=QUESTION)).finish()
    tracing.flush()
    assert result.status == "done"


async def test_what_fails_is_told_as_an_error_and_what_is_left_open_ends_with_the_run(otlp_collector) -> None:
    tracing = RunTracing.to_collector(TelemetrySettings(traces=otlp_collector.url))
    listener = tracing.follow("r1", None)
    where = {"provider": "openai", "model": "small", "purpose": "plan"}
    failed = {"code": "model", "message": "m"}
    payloads = (
        RunStarted(request={"question": "?", "conversation_id": "c1"}),
        TaskStarted(role="belter", parent_id=None, capability="x", instruction="y"),
        ModelCalled(**where, server="http://host:1"),
        ModelRetried(**where, server="s", attempts=1, wait_seconds=1.0, error="model", message="m"),
        ModelFailed(**where, error="model_timeout", message="it says too much", hint=""),
        RunFinished(status="failed", degraded=False, citations=0, error=failed),
    )
    for number, data in enumerate(payloads, 1):
        at = 1_700_000_000.0 + number
        task = "r1/1" if 1 < number < 6 else None
        which = {"run_id": "r1", "correlation_id": "c", "task_id": task, "agent": "research"}
        listener(Event(**which, sequence=number, at=at, kind=data.kind, data=data))
    tracing.flush()
    named = {span.name: span for span in otlp_collector.spans}
    chat, belter, root = (named[name] for name in ("chat small", "invoke_agent research", "invoke_workflow camina"))
    assert (chat.attributes["error.type"], chat.is_error, chat.events) == ("model_timeout", True, ["model.retried"])
    assert (belter.attributes["error.type"], root.attributes["error.type"]) == ("interrupted", "model")
    assert root.attributes["gen_ai.conversation.id"] == "c1"
    assert b"too much" not in b"".join(otlp_collector.raw)
    run = trace_run("r1")
    assert (root.trace_id, root.span_id, root.parent_id) == (run.trace_id, run.span_id, "")
    assert belter.span_id == trace_task(run, "r1/1").span_id
    assert (chat.start, chat.end) == (int(1_700_000_003 * 1e9), int(1_700_000_005 * 1e9))


async def test_a_run_that_waits_for_a_person_ends_its_spans_without_an_error(otlp_collector) -> None:
    tracing = RunTracing.to_collector(TelemetrySettings(traces=otlp_collector.url))
    listener = tracing.follow("r1", None)
    payloads = (
        RunStarted(request={"question": "?"}),
        TaskStarted(role="belter", parent_id=None, capability="x", instruction="y"),
        RunWaiting(calls=1, seconds_left=2.0),
    )
    for number, data in enumerate(payloads, 1):
        task = "r1/1" if number == 2 else None
        which = {"run_id": "r1", "correlation_id": "c", "task_id": task, "agent": "research"}
        listener(Event(**which, sequence=number, at=1_700_000_000.0 + number, kind=data.kind, data=data))
    tracing.flush()
    named = {span.name: span for span in otlp_collector.spans}
    assert not any(span.is_error for span in named.values())
    assert named["invoke_workflow camina"].attributes["moe.status"] == "waiting"
    assert named["invoke_agent research"].end == int(1_700_000_003 * 1e9)


PROGRAM = """
import asyncio, sys
from pathlib import Path

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from moe.app import App
from moe.contracts.request import RunRequest

kept = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(kept))
trace.set_tracer_provider(provider)
app = App.open(Path(sys.argv[1]), overrides={"system.provider": "extractive"})
with trace.get_tracer("mine").start_as_current_span("mine") as mine:
    asyncio.run(app.run(RunRequest(question="When was the mill built?", docs=(sys.argv[2],))))
app.close()
spans = kept.get_finished_spans()
ids = {span.context.span_id for span in spans}
names = {span.name for span in spans}
assert {"mine", "invoke_workflow camina", "invoke_agent search", "execute_tool document_search"} <= names, names
assert [span.name for span in spans if span.parent is None] == ["mine"]
assert all(span.parent is None or span.parent.span_id in ids for span in spans)
assert {span.context.trace_id for span in spans} == {mine.get_span_context().trace_id}
"""


def test_in_a_program_with_spans_of_its_own_those_of_its_runs_stand_below(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The mill was built in 1812 by Ada Brook.\n", encoding="utf-8")
    words = [sys.executable, "-c", PROGRAM, str(tmp_path), str(tmp_path / "a.txt")]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 0, done.stderr
