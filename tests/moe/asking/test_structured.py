"""Asking until there is a valid object: what is sent, what is told, what is counted."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from moe.asking.json.partial import TextPart
from moe.asking.reply_stream import stream_reply
from moe.asking.structured import StructuredAnswer, ask_structured
from moe.contracts.models import OutputFailure, OutputProblem, StructuredCounts
from moe.running.formats import Claims, calls_format, claims_format
from moe_core.contracts.errors import ConfigError, InvalidOutputError, ModelTimeoutError
from moe_core.contracts.messages import Choice, Grounding, Message, ModelReply, ModelRequest, Purpose, ReplyPart, Usage
from moe_core.contracts.model import SchemaSupport
from moe_core.contracts.wire import JsonObject
from moe_core.testing.doubles import ScriptedModel

GOOD = {"statements": [{"text": "Ada Brook designed it.", "evidence": ["e1"]}], "notes": []}
LLAMA = SchemaSupport(
    keywords=frozenset("type properties required additionalProperties items enum maxItems maxLength".split()),
    wants_bounds=True,
)
STRICT = SchemaSupport(
    keywords=frozenset("type properties required additionalProperties items enum anyOf".split()),
    wants_all_required=True,
)

Answer = str | dict[str, Any] | ModelReply | Exception


class Asked:
    """One conversation with a script, and everything that came of it."""

    def __init__(self, *answers: Answer) -> None:
        self.model = ScriptedModel(list(answers))
        self.failures: list[OutputFailure] = []
        self.counts: list[StructuredCounts] = []

    async def run(self, wanted: Any = None, **options: Any) -> StructuredAnswer[Any]:
        wanted = wanted or claims_format(None, evidence=2)
        request = options.pop("request", None) or make_request()
        return await ask_structured(
            self.model.generate_structured,
            request,
            wanted.written,
            read=wanted.read,
            provider="scripted",
            on_failure=self.failures.append,
            on_counts=self.counts.append,
            **{"support": None, **options},
        )

    @property
    def total(self) -> StructuredCounts:
        (counts,) = self.counts
        return counts

    def said(self, call: int) -> list[Message]:
        return list(self.model.requests[call].messages)


def make_request(**parameters: Any) -> ModelRequest:
    return ModelRequest(
        model="m",
        messages=(Message(role="system", content="Be brief."), Message(role="user", content="Who designed it?")),
        grounding=Grounding(purpose=Purpose.EXECUTE, question="Who designed it?"),
        parameters=parameters,
    )


def cut_reply(text: str, *, tokens: int = 50) -> ModelReply:
    return ModelReply(text=text, finish_reason="length", usage=Usage(completion_tokens=tokens))


@pytest.mark.anyio
async def test_a_valid_reply_is_read_at_once() -> None:
    asked = Asked(json.dumps(GOOD))
    answer = await asked.run()
    assert answer.value == claims_format(None, evidence=2).read(GOOD)
    assert answer.data == GOOD
    assert asked.total == StructuredCounts(asked=1, calls=1, valid_first=1)
    assert not asked.failures


@pytest.mark.anyio
async def test_the_schema_goes_lowered_with_the_call_and_in_outline_into_the_last_user_message() -> None:
    asked = Asked(GOOD)
    await asked.run(support=LLAMA)
    (sent,) = asked.model.schemas
    assert sent is not None
    assert sent["properties"]["notes"]["maxItems"] > 0
    system, user = asked.said(0)
    assert system.content == "Be brief."
    assert user.content.startswith("Who designed it?\n\nReply with one JSON object")
    assert user.content.splitlines()[-1].startswith("{statements: [{text: string, evidence: [string, ...]")


@pytest.mark.anyio
async def test_a_server_that_enforces_no_schema_is_told_all_of_it() -> None:
    asked = Asked(GOOD)
    await asked.run(support=SchemaSupport())
    _, user = asked.said(0)
    assert json.loads(user.content.splitlines()[-1]) == claims_format(None, evidence=2).schema


@pytest.mark.anyio
async def test_a_conversation_that_does_not_end_with_the_user_gets_a_message_of_its_own() -> None:
    asked = Asked(GOOD)
    turns = (Message(role="user", content="a"), Message(role="assistant", content="b"))
    request = ModelRequest(model="m", messages=turns, grounding=make_request().grounding)
    await asked.run(request=request)
    assert [message.role for message in asked.said(0)] == ["user", "assistant", "user"]


@pytest.mark.anyio
async def test_reasoning_fences_and_small_faults_cost_no_second_call() -> None:
    asked = Asked(f"<think>{{}} hm</think>```json\n{json.dumps(GOOD)[:-1]},}}\n```")
    answer = await asked.run()
    assert answer.was_repaired
    assert asked.total == StructuredCounts(asked=1, calls=1, valid_first=1, repaired=1)


@pytest.mark.anyio
async def test_what_was_wrong_is_told_with_the_reply_it_was_wrong_with() -> None:
    bad = {"statements": [{"text": "It was Ada.", "evidence": "e1"}]}
    asked = Asked(json.dumps(bad), GOOD)
    answer = await asked.run()
    assert answer.data == GOOD
    *first, reply, words = asked.said(1)
    assert first == asked.said(0)
    assert (reply.role, words.role) == ("assistant", "user")
    assert json.loads(reply.content) == bad
    assert "at $: 'notes' is a required property" in words.content
    assert "at $.statements[0].evidence: \"e1\" is not of type 'array'" in words.content
    assert asked.total == StructuredCounts(asked=1, calls=2, retried=1, problems={OutputProblem.SCHEMA: 1})
    assert [(failure.attempt, failure.will_retry) for failure in asked.failures] == [(1, True)]


@pytest.mark.anyio
async def test_attempts_do_not_pile_up_and_long_replies_are_clipped() -> None:
    asked = Asked("x" * 50_000, '{"statements": 1}', GOOD)
    await asked.run()
    assert [len(asked.said(call)) for call in range(3)] == [2, 4, 4]
    assert sum(len(message.content) for message in asked.said(1)) < 5_000
    assert asked.said(2)[2].content == '{"statements": 1}'


@pytest.mark.anyio
async def test_what_the_reader_objects_to_is_told_as_well() -> None:
    wanted = calls_format([Choice(name="lookup")])
    refusing = type(wanted)(wanted.schema, lambda data: _refuse("the tool 'lookup' was used before"))
    asked = Asked(*[{"calls": []}] * 3)
    with pytest.raises(InvalidOutputError, match="'lookup' was used before"):
        await asked.run(refusing)
    assert "was used before" in asked.said(1)[-1].content
    assert asked.total.problems == {OutputProblem.MEANING: 3}


def _refuse(words: str) -> Any:
    raise ValueError(words)


@pytest.mark.anyio
async def test_after_the_last_attempt_the_last_complaint_is_raised() -> None:
    asked = Asked("no", "never", '{"statements": []}')
    with pytest.raises(InvalidOutputError, match=r"scripted gave no valid answer in 3 attempts.*'notes'") as caught:
        await asked.run()
    assert (caught.value.provider, caught.value.model) == ("scripted", "m")
    assert asked.total == StructuredCounts(
        asked=1, calls=3, failed=1, problems={OutputProblem.NO_OBJECT: 2, OutputProblem.SCHEMA: 1}
    )
    assert [failure.will_retry for failure in asked.failures] == [True, True, False]


@pytest.mark.anyio
async def test_a_reply_that_was_cut_off_gets_more_room_and_a_wish_to_be_brief() -> None:
    asked = Asked(cut_reply('{"statements": [{"text": "Ada'), GOOD)
    await asked.run(request=make_request(num_predict=100, seed=1), answer_tokens_max=150)
    assert asked.model.requests[1].parameters == {"num_predict": 150, "seed": 1}
    _, user = asked.said(1)
    assert "cut off" in user.content
    assert asked.total.problems == {OutputProblem.CUT_OFF: 1}


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("given", "used", "after"),
    [({}, 50, {"num_predict": 100}), ({}, 0, {}), ({"num_predict": -1}, 50, {"num_predict": -1})],
)
async def test_without_a_limit_of_ours_the_reply_says_how_long_it_was(
    given: dict[str, int], used: int, after: dict[str, int]
) -> None:
    asked = Asked(cut_reply("<think>and so on", tokens=used), GOOD)
    await asked.run(request=make_request(**given))
    assert asked.model.requests[1].parameters == after


@pytest.mark.anyio
async def test_a_reply_cut_off_between_its_items_is_not_taken_for_whole() -> None:
    text = '{"notes": [], "statements": [{"text": "It was not", "evidence": ["e1"]}'
    asked = Asked(cut_reply(text), GOOD)
    assert (await asked.run()).data == GOOD
    assert asked.total.problems == {OutputProblem.CUT_OFF: 1}


@pytest.mark.anyio
async def test_a_server_that_refuses_its_own_output_is_asked_again() -> None:
    asked = Asked(InvalidOutputError("does not match the expected format"), GOOD)
    assert (await asked.run()).data == GOOD
    assert "does not match the expected format" in asked.said(1)[-1].content
    assert asked.total == StructuredCounts(asked=1, calls=2, retried=1, problems={OutputProblem.REFUSED: 1})


@pytest.mark.anyio
async def test_other_failures_pass_through_and_are_counted_as_no_answer_of_the_model() -> None:
    asked = Asked("no", ModelTimeoutError("slow"))
    with pytest.raises(ModelTimeoutError):
        await asked.run()
    assert asked.total == StructuredCounts(asked=1, calls=2, problems={OutputProblem.NO_OBJECT: 1})


@pytest.mark.anyio
async def test_what_is_no_language_model_is_asked_once() -> None:
    asked = Asked(ModelReply(text="", data={"statements": "none"}, is_language_model=False))
    with pytest.raises(InvalidOutputError, match="in one attempt"):
        await asked.run()
    assert asked.total.calls == 1


@pytest.mark.anyio
@pytest.mark.parametrize(
    "data", [{"statements": 3, "notes": []}, {"notes": []}, {**GOOD, "more": 1}, {**GOOD, "notes": [float("nan")]}]
)
async def test_data_that_comes_ready_made_is_held_to_the_schema_too(data: JsonObject) -> None:
    asked = Asked(ModelReply(text="", data=data), GOOD)
    assert (await asked.run()).data == GOOD
    assert asked.total.problems == {OutputProblem.SCHEMA: 1}


@pytest.mark.anyio
async def test_what_lowering_asked_for_is_taken_back_before_the_schema_is_held_against_it() -> None:
    statement = {"text": "Ada did.", "evidence": ["e1"], "spans": None}
    asked = Asked({"statements": [statement], "notes": []})
    answer = await asked.run(support=STRICT)
    assert isinstance(answer.value, Claims)
    assert "spans" not in answer.data["statements"][0]
    asked = Asked({"calls": [{"tool": "lookup", "params": '{"query": "Ada"}'}]})
    answer = await asked.run(calls_format([Choice(name="lookup")]), support=STRICT)
    assert answer.value[0].params == {"query": "Ada"}


@pytest.mark.anyio
async def test_a_broken_schema_is_the_modelfile_s_fault_and_nobody_is_asked() -> None:
    asked = Asked(GOOD)
    with pytest.raises(ConfigError):
        await ask_structured(
            asked.model.generate_structured, make_request(), '{"type": "nonsense"}', support=None, read=dict
        )
    assert not asked.model.requests


def test_counts_add_up() -> None:
    one = StructuredCounts(asked=1, calls=2, retried=1, problems={OutputProblem.SCHEMA: 1})
    two = StructuredCounts(asked=1, calls=1, failed=1, problems={OutputProblem.SCHEMA: 1, OutputProblem.EMPTY: 1})
    assert one + two == StructuredCounts(
        asked=2, calls=3, retried=1, failed=1, problems={OutputProblem.SCHEMA: 2, OutputProblem.EMPTY: 1}
    )


class StreamingModel(ScriptedModel):
    """Gives its answers in pieces of a few characters."""

    def __init__(self, *answers: Answer, has_end: bool = True) -> None:
        super().__init__(list(answers))
        self.has_end = has_end
        self.closed = 0

    async def stream(self, request: ModelRequest, schema: JsonObject | None = None) -> AsyncIterator[ReplyPart]:
        try:
            reply = await self._answer(request, schema)
            for place in range(0, len(reply.text), 5):
                yield ReplyPart(text=reply.text[place : place + 5])
            if self.has_end:
                yield ReplyPart(reply=reply)
        finally:
            self.closed += 1


async def ask_streaming(model: StreamingModel, on_text: Callable[[TextPart], None]) -> StructuredAnswer[Any]:
    async def ask(request: ModelRequest, schema: JsonObject) -> ModelReply:
        return await stream_reply(model, request, schema, on_text=on_text)

    wanted = claims_format(None, evidence=2)
    return await ask_structured(ask, make_request(), wanted.written, support=None, read=wanted.read)


@pytest.mark.anyio
async def test_the_texts_of_an_answer_are_told_while_it_is_written() -> None:
    parts: list[TextPart] = []
    model = StreamingModel({**GOOD, "notes": ["a note"]})
    answer = await ask_streaming(model, parts.append)
    assert answer.data["notes"] == ["a note"]
    assert "".join(part.text for part in parts) == "Ada Brook designed it."
    assert len(parts) > 3
    assert parts[-1].is_last
    assert model.closed == 1


@pytest.mark.anyio
async def test_each_attempt_begins_again_with_the_first_text() -> None:
    parts: list[TextPart] = []
    await ask_streaming(StreamingModel({"statements": [{"text": "Wrong", "evidence": []}]}, GOOD), parts.append)
    assert {part.number for part in parts} == {0}
    assert "".join(part.text for part in parts) == "WrongAda Brook designed it."


@pytest.mark.anyio
async def test_a_stream_without_its_end_is_no_answer() -> None:
    model = StreamingModel(GOOD, GOOD, GOOD, has_end=False)
    with pytest.raises(InvalidOutputError, match="without the whole reply"):
        await ask_streaming(model, lambda part: None)
    assert model.closed == 3


@pytest.mark.anyio
async def test_a_listener_that_fails_closes_the_stream() -> None:
    def fail(part: TextPart) -> None:
        raise KeyboardInterrupt

    model = StreamingModel(GOOD)
    with pytest.raises(KeyboardInterrupt):
        await ask_streaming(model, fail)
    assert model.closed == 1
