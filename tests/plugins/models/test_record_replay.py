"""What was recorded is replayed exactly, and nothing secret is in the file."""

import importlib.util
import json
import os
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import anyio
import pytest

from chain_server import ChainServer
from moe.app import App
from moe.contracts.request import RunRequest
from moe_core import Message, ModelProvider, ModelReply, ProviderSettings, Purpose, Usage
from moe_core.contracts.errors import (
    ContextOverflowError,
    InvalidOutputError,
    ModelError,
    ModelMissingError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
)
from moe_core.contracts.messages import ReplyPart
from moe_core.contracts.model import Health, SchemaSupport
from moe_core.testing.conformance.providers import check_provider
from moe_core.testing.doubles import ScriptedModel
from moe_core.testing.values import make_request

pytestmark = pytest.mark.anyio

FOLDER = Path(__file__).parents[3] / "plugins" / "models"
SCHEMA = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}
KEY = "sk-quillon-4711-0815"
PIECES = ("The ", "mill ", "was ", "built ", "in 1871.")


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"{name}_under_test", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RECORD, REPLAY = load("record"), load("replay")


class Spelling(ModelProvider):
    """Streams a reply in pieces, thinking first; may fail after some of them."""

    name = "spelling"
    summary = "Streams."

    def __init__(self, *, fails_after: int | None = None, settings: ProviderSettings | None = None) -> None:
        super().__init__(settings)
        self.fails_after = fails_after
        self.is_closed = False

    async def generate(self, request):
        return self.reply()

    async def generate_structured(self, request, schema):
        return replace(self.reply(), text='{"answer": "1871"}', data={"answer": "1871"})

    async def stream(self, request, schema=None):
        yield ReplyPart(reasoning="Hm, ")
        yield ReplyPart(reasoning="let me think", restarts=True)
        for number, text in enumerate(PIECES):
            if number == self.fails_after:
                raise ModelUnavailableError("the connection broke off", provider=self.name, retry_after=2.5)
            yield ReplyPart(text=text, reply=self.reply() if number == len(PIECES) - 1 else None)

    async def embed(self, texts, *, model):
        return [[float(len(text)), 0.25] for text in texts]

    async def max_context_tokens(self, model):
        return 9000

    async def count_tokens(self, messages, *, model):
        return sum(len(message.content) for message in messages)

    async def schema_support(self, model):
        return SchemaSupport(keywords=frozenset(["enum", "type"]), wants_bounds=True)

    async def health(self):
        return Health(ok=True, detail="spelling")

    async def models(self):
        return ["tiny"]

    async def close(self):
        self.is_closed = True

    def reply(self) -> ModelReply:
        return ModelReply(
            text="".join(PIECES),
            reasoning="Hm, let me think",
            usage=Usage(prompt_tokens=12, completion_tokens=7, requests=2, seconds=0.125, cost=0.5),
            model="tiny",
            finish_reason="length",
        )


@pytest.fixture
def chain_server() -> Iterator[ChainServer]:
    server = ChainServer()
    yield server
    server.stop()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recordings" / "demo.jsonl"


@pytest.fixture
def record(path: Path) -> Callable[..., ModelProvider]:
    """A recording provider before the given one."""

    def make(inner: ModelProvider) -> ModelProvider:
        options = {"of": inner.name, "path": str(path)}
        return RECORD.RecordProvider(ProviderSettings(options=options, open_provider={inner.name: inner}.__getitem__))

    return make


@pytest.fixture
def replay(path: Path) -> Callable[[], ModelProvider]:
    return lambda: REPLAY.ReplayProvider(ProviderSettings(options={"path": str(path)}))


async def gather(parts: AsyncIterator[ReplyPart], into: list[ReplyPart]) -> None:
    """All parts, those before a failure too."""
    async for part in parts:
        into.append(part)  # noqa: PERF401 - a comprehension would lose them


def lines_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def test_replies_come_back_exactly(record, replay) -> None:
    recording, request = record(Spelling()), make_request("Who built the mill?")
    plain, formed = await recording.generate(request), await recording.generate_structured(request, SCHEMA)
    again = replay()
    assert await again.generate_structured(request, SCHEMA) == formed
    assert await again.generate(request) == plain
    assert plain.usage.cost == 0.5


async def test_a_stream_comes_back_piece_by_piece_and_its_reply_also_in_one(record, replay) -> None:
    request = make_request("Who built the mill?")
    parts = [part async for part in record(Spelling()).stream(request)]
    again = replay()
    assert [part async for part in again.stream(request)] == parts
    assert len(parts) == 2 + len(PIECES)
    assert await again.generate(request) == parts[-1].reply


async def test_a_reply_in_one_can_be_streamed(record, replay) -> None:
    request = make_request("Who built the mill?")
    reply = await record(Spelling()).generate(request)
    parts = [part async for part in replay().stream(request)]
    assert "".join(part.text for part in parts) == reply.text
    assert parts[-1].reply == reply


@pytest.mark.parametrize(
    "error",
    [
        ModelTimeoutError("too slow", hint="wait"),
        ModelUnavailableError("busy", retry_after=1.5),
        ModelMissingError("no such model", hint="get it"),
        ModelRefusedError("bad request"),
        InvalidOutputError("no object"),
        ContextOverflowError("too long", prompt_tokens=9000, context_tokens=4096),
        ModelError("something else"),
    ],
    ids=lambda error: error.code,
)
async def test_an_error_comes_back_as_it_was(record, replay, error: ModelError) -> None:
    request = make_request()
    for provider in (record(ScriptedModel([error])), replay()):
        with pytest.raises(type(error)) as caught:
            await provider.generate(request)
        assert type(caught.value) is type(error)
        told = caught.value
        assert (told.message, told.hint, told.retry_after) == (error.message, error.hint, error.retry_after)
        assert getattr(told, "context_tokens", None) == getattr(error, "context_tokens", None)


async def test_a_stream_that_broke_off_breaks_off_at_the_same_place(record, replay) -> None:
    request = make_request()
    for provider in (record(Spelling(fails_after=3)), replay()):
        parts: list[ReplyPart] = []
        with pytest.raises(ModelUnavailableError, match="broke off") as caught:
            await gather(provider.stream(request), parts)
        assert "".join(part.text for part in parts) == "The mill was "
        assert caught.value.retry_after == 2.5


async def test_a_fault_of_the_provider_itself_is_recorded_and_raised(record, replay) -> None:
    request = make_request()
    with pytest.raises(ZeroDivisionError):
        await record(ScriptedModel([ZeroDivisionError("oops")])).generate(request)
    with pytest.raises(ModelError, match="ZeroDivisionError: oops"):
        await replay().generate(request)


@pytest.mark.virtual_time
async def test_who_leaves_early_is_recorded_as_out_of_time(record, replay) -> None:
    request, slow = make_request(), ScriptedModel("late", delay_seconds=30)
    with anyio.move_on_after(0.05):
        await record(slow).generate(request)
    streamed = replace(request, model="streamed")
    parts = record(Spelling()).stream(streamed)
    await anext(parts)
    await parts.aclose()
    with pytest.raises(ModelTimeoutError, match="left"):
        await replay().generate(request)
    seen: list[ReplyPart] = []
    with pytest.raises(ModelTimeoutError):
        await gather(replay().stream(streamed), seen)
    assert [part.reasoning for part in seen] == ["Hm, "]


async def test_the_order_of_requests_does_not_matter(record, replay) -> None:
    requests = [make_request(f"Question {number}?") for number in range(6)]
    recording = record(ScriptedModel(lambda request: request.messages[-1].content.upper()))
    for request in requests:
        await recording.generate(request)
    again = replay()
    for request in reversed(requests):
        assert (await again.generate(request)).text == request.messages[-1].content.upper()


async def test_equal_requests_get_their_replies_in_order_and_then_the_last_again(record, replay) -> None:
    recording, request = record(ScriptedModel(["one", "two", "three"])), make_request()
    for _ in range(3):
        await recording.generate(request)
    again = replay()
    assert [(await again.generate(request)).text for _ in range(5)] == ["one", "two", "three", "three", "three"]
    assert (await replay().generate(request)).text == "one"


async def test_neither_the_deadline_nor_the_grounding_is_part_of_a_request(record, replay) -> None:
    request = make_request("Who?")
    await record(ScriptedModel("Ada")).generate(request)
    other = replace(request, deadline=12.5, grounding=replace(request.grounding, question="What?"))
    assert (await replay().generate(other)).text == "Ada"


async def test_what_providers_say_about_models_comes_back_too(record, replay) -> None:
    recording, inner = record(Spelling()), Spelling()
    messages = make_request("How long is it?").messages
    await recording.generate(make_request(model="tiny"))
    for _ in range(2):
        await recording.max_context_tokens("tiny")
        await recording.count_tokens(messages, model="tiny")
        await recording.schema_support("tiny")
        await recording.embed(["a", "abc"], model="tiny")
    again = replay()
    assert await again.max_context_tokens("tiny") == 9000
    assert await again.count_tokens(messages, model="tiny") == await inner.count_tokens(messages, model="tiny")
    assert await again.schema_support("tiny") == await inner.schema_support("tiny")
    assert await again.embed(["a", "abc"], model="tiny") == [[1.0, 0.25], [3.0, 0.25]]
    assert await again.models() == ["tiny"]
    assert (await again.health()).ok
    assert await again.count_tokens(make_request("Other?").messages, model="tiny") is None


async def test_facts_are_written_once(record, path: Path) -> None:
    recording = record(Spelling())
    for _ in range(3):
        await recording.max_context_tokens("tiny")
        await recording.schema_support("tiny")
    assert [line["kind"] for line in lines_of(path)] == ["max_context_tokens", "schema_support"]


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        (lambda r: replace(r, model="other:7b"), "model", "recorded 'scripted:latest'"),
        (lambda r: replace(r, parameters={**r.parameters, "seed": 7}), "parameters.seed", "recorded 0, asked 7"),
        (lambda r: replace(r, parameters={"temperature": 0, "seed": 0}), "parameters.num_predict", "asked nothing"),
        (
            lambda r: replace(r, messages=(Message(role="user", content="Who rebuilt the mill?"),)),
            "messages[0].content at character 5",
            "asked 'Who rebuilt the mill?'",
        ),
        (
            lambda r: replace(r, messages=(Message(role="system", content="Be brief."), *r.messages)),
            "messages[0].role",
            "recorded 'user', asked 'system'",
        ),
    ],
    ids=["model", "parameter", "missing parameter", "text", "turn"],
)
async def test_an_unknown_request_is_refused_and_what_differs_is_named(record, replay, change, where, words) -> None:
    request = make_request("Who built the mill?")
    recording = record(ScriptedModel("Ada"))
    await recording.generate(make_request("What is the ferry's timetable in winter?", purpose=Purpose.PLAN))
    await recording.generate(request)
    with pytest.raises(ModelRefusedError) as caught:
        await replay().generate(change(request))
    assert f"differs in {where}" in caught.value.message
    assert words in caught.value.message
    assert "line 2, execute" in caught.value.message
    assert "record" in caught.value.hint
    assert "\n" not in caught.value.message


async def test_a_schema_that_changed_is_named(record, replay) -> None:
    request = make_request("Who built the mill?")
    await record(ScriptedModel([{"answer": "Ada"}])).generate_structured(request, SCHEMA)
    changed = {**SCHEMA, "required": ["answer", "year"]}
    with pytest.raises(ModelRefusedError, match=r"schema\.required\[1\]: recorded nothing, asked 'year'"):
        await replay().generate_structured(request, changed)


async def test_a_line_is_json_in_a_fixed_order_that_people_can_read(record, path: Path) -> None:
    request = make_request("Wer baute die Mühle?")
    await record(ScriptedModel(["Änne — 1871"])).generate(request)
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") == 1
    assert "Wer baute die Mühle?" in text
    (line,) = lines_of(path)
    assert list(line) == ["recording", "kind", "purpose", "provider", "request", "reply"]
    assert list(line["request"]) == ["model", "parameters", "messages"]
    assert line["reply"]["text"] == "Änne — 1871"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_keys_never_get_into_the_file(path: Path) -> None:
    """Not from the settings, not from errors that quote them, not from replies or requests that repeat them."""
    settings = ProviderSettings(api_key=KEY, api_key_env="QUILLON_KEY")
    answers = [
        ModelRefusedError(f"bad key {KEY} at https://me:hunter2222@host/v1", hint=f"Authorization: Bearer {KEY}"),
        ModelRefusedError("api_key=other-secret-99 is wrong"),
        f"your key is {KEY}",
        {"answer": KEY},
    ]
    inner = ScriptedModel(answers, settings)
    options = {"of": "scripted", "path": str(path)}
    recording = RECORD.RecordProvider(ProviderSettings(options=options, open_provider=lambda name: inner))
    telling = make_request(f"My key is {KEY}, is it good?")
    for _ in range(2):
        with pytest.raises(ModelRefusedError):
            await recording.generate(telling)
    await recording.generate(telling)
    await recording.generate_structured(telling, SCHEMA)
    text = path.read_text(encoding="utf-8")
    assert len(lines_of(path)) == 4
    for secret in (KEY, "hunter2222", "other-secret-99"):
        assert secret not in text
    assert "QUILLON_KEY" not in text
    again = REPLAY.ReplayProvider(ProviderSettings(options={"path": str(path)}))
    assert (await again.generate_structured(telling, SCHEMA)).data == {"answer": "***"}


async def test_a_key_spread_over_a_streams_pieces_is_hidden_too(record, path: Path, replay) -> None:
    class Leaking(Spelling):
        async def stream(self, request, schema=None):
            yield ReplyPart(text=KEY[:8])
            yield ReplyPart(text=KEY[8:], reply=ModelReply(text=KEY, usage=Usage(requests=1)))

    request = make_request()
    assert len([part async for part in record(Leaking(settings=ProviderSettings(api_key=KEY))).stream(request)]) == 2
    assert KEY[8:] not in path.read_text(encoding="utf-8")
    assert [part.text async for part in replay().stream(request)] == ["***"]


async def test_a_line_that_was_cut_off_is_left_out_and_recording_goes_on_after_it(record, replay, path: Path) -> None:
    recording, first, second = record(ScriptedModel(["one", "two"])), make_request("First?"), make_request("Second?")
    await recording.generate(first)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[: len(whole) // 2])
    assert (await replay().generate(first)).text == "one"
    await recording.generate(second)
    assert (await replay().generate(second)).text == "two"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"recording": 1, "kind": "song", "request": {}}', "kind"),
        ('{"recording": 99, "kind": "chat", "request": {}}', "format 99"),
        ('{"something": "else"}', "no recorded exchange"),
        ("certainly no JSON", "Expecting value"),
    ],
)
async def test_an_unfit_line_is_named(replay, path: Path, line: str, reason: str) -> None:
    path.parent.mkdir()
    path.write_text(f"\n{line}\n", encoding="utf-8")
    with pytest.raises(ModelRefusedError, match=reason) as caught:
        await replay().generate(make_request())
    assert f"{path}:2 is unfit" in caught.value.message
    assert not (await replay().health()).ok


async def test_without_their_options_both_say_what_to_write(tmp_path: Path) -> None:
    for provider, word in (
        (RECORD.RecordProvider(), "of"),
        (RECORD.RecordProvider(ProviderSettings(options={"of": "x"})), "path"),
        (REPLAY.ReplayProvider(), "path"),
    ):
        health = await provider.health()
        assert not health.ok
        assert f"lacks its option {word}" in health.detail
        assert "config/providers.yaml" in health.detail
    itself = RECORD.RecordProvider(ProviderSettings(options={"of": "record", "path": "x"}, open_provider=lambda _: 1))
    assert "cannot record 'record'" in (await itself.health()).detail
    missing = REPLAY.ReplayProvider(ProviderSettings(options={"path": str(tmp_path / "none.jsonl")}))
    assert "No such file" in (await missing.health()).detail


async def test_a_file_that_cannot_be_written_ends_the_call(tmp_path: Path) -> None:
    options = {"of": "scripted", "path": str(tmp_path)}
    settings = ProviderSettings(options=options, open_provider=lambda name: ScriptedModel())
    with pytest.raises(ModelRefusedError, match="cannot be written"):
        await RECORD.RecordProvider(settings).generate(make_request())


async def test_a_file_that_is_no_recording_is_left_as_it_is(record, path: Path) -> None:
    path.parent.mkdir()
    path.write_text("export PATH\n", encoding="utf-8")
    with pytest.raises(ModelRefusedError, match="is no recording"):
        await record(ScriptedModel()).generate(make_request())
    assert path.read_text(encoding="utf-8") == "export PATH\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
async def test_a_pipe_is_no_recording_either_and_is_not_waited_for(record, path: Path) -> None:
    path.parent.mkdir()
    os.mkfifo(path)
    with pytest.raises(ModelRefusedError, match="is no recording"):
        await record(ScriptedModel()).generate(make_request())


async def test_it_is_where_the_provider_behind_is(open_provider, record) -> None:
    inner = open_provider("openai", "http://127.0.0.1:9")
    assert record(inner).endpoint() == inner.endpoint()
    assert RECORD.RecordProvider().endpoint() is None


async def test_closing_closes_the_provider_behind(record) -> None:
    inner = Spelling()
    recording = record(inner)
    await recording.generate(make_request())
    await recording.close()
    assert inner.is_closed


async def test_both_hold_to_the_contract_before_and_after_a_real_server(
    tiny_server, open_provider, path: Path, replay
) -> None:
    real = open_provider("openai", tiny_server.url)
    recording = RECORD.RecordProvider(
        ProviderSettings(options={"of": "openai", "path": str(path)}, open_provider=lambda name: real)
    )
    request = make_request("Who built the mill?", model=tiny_server.model)
    await check_provider(recording, request=request)
    parts = [part async for part in recording.stream(request)]
    again = replay()
    await check_provider(again, request=request)
    assert len(parts) > 2
    assert [part async for part in again.stream(request)] == parts


async def test_a_whole_run_is_replayed_to_the_same_answer(tmp_path: Path, chain_server: ChainServer) -> None:
    """Through the configuration alone, as a user does it."""
    (tmp_path / "notes.txt").write_text(
        "90 pounds were left from the public appeal. It was little.\n", encoding="utf-8"
    )
    (tmp_path / "config").mkdir()
    path = tmp_path / "run.jsonl"
    (tmp_path / "config" / "providers.yaml").write_text(
        f"providers:\n  openai: {{base_url: {chain_server.url}}}\n"
        f"  record: {{options: {{of: openai, path: {path}}}}}\n"
        f"  replay: {{options: {{path: {path}}}}}\n",
        encoding="utf-8",
    )
    request = RunRequest(
        question="How much was left from the public appeal?", docs=(str(tmp_path / "notes.txt"),), mode="full"
    )
    app = App.open(tmp_path, environ={"MOE_TRUST": "/"})
    recorded = await app.run(request.model_copy(update={"provider": "record"}))
    asked = len(chain_server.questions())
    replayed = await app.run(request.model_copy(update={"provider": "replay"}))
    assert recorded.answer == "90 pounds were left from the public appeal. [1]"
    assert (replayed.answer, replayed.citations, replayed.degraded) == (recorded.answer, recorded.citations, False)
    assert len(chain_server.questions()) == asked
    purposes = [line["purpose"] for line in lines_of(path) if line["kind"] == "chat"]
    assert len(purposes) == asked
    assert purposes[-2:] == ["synthesise", "observe"]
    statuses = {status.name: status.health for status in await app.models.check()}
    assert statuses["record"].ok
    assert "exchanges" in statuses["replay"].detail
