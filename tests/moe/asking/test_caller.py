"""Asking a member's model and its fallbacks: order, remedies, budget, cache, cutting, pieces, what it cost."""

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from moe.asking.caller import CUTS_MAX, ModelCaller
from moe.asking.exchange_record import ExchangeRecord
from moe.asking.format import PROSE, AnswerFormat
from moe.asking.services import ModelServices
from moe.asking.settings import ResilienceSettings
from moe.configuration import Config, SystemSettings
from moe.contracts.budget import Budget, Budgets
from moe.running.events import EventStream
from moe.running.formats import claims_format
from moe.storage.workspace import open_workspace
from moe_core.contracts.agent import AgentSpec, Role
from moe_core.contracts.chain import Member, Served
from moe_core.contracts.errors import (
    BudgetSpentError,
    ContextOverflowError,
    ModelError,
    ModelMissingError,
    ModelRefusedError,
    ModelUnavailableError,
)
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.messages import Grounding, ModelReply, ModelRequest, Purpose, ReplyPart, Usage
from moe_core.contracts.model import Endpoint, ModelProvider
from moe_core.contracts.task import Task
from moe_core.testing.doubles import ScriptedModel
from moe_core.text.token_estimate import estimate_tokens

pytestmark = pytest.mark.anyio

AGENT = AgentSpec(name="search", role=Role.DRUMMER, base="small:1", system="You search.")
GROUNDING = Grounding(
    purpose=Purpose.EXECUTE, question="Who designed the lighthouse?", instruction="Find the designer."
)
CLAIMS = {"statements": [{"text": "Ada Brook designed it.", "evidence": ["e1"]}], "notes": []}
TEMPLATES = {
    "plan": "{question} {choices}",
    "execute": "{question} {instruction}\n{evidence}\n{findings}",
}
DOWN = ModelUnavailableError("it is down")


class Model(ScriptedModel):
    """A scripted model with a name, a context, and perhaps without a language model inside."""

    def __init__(self, script: Any, name: str, *, context_tokens: int = 100_000, is_rule: bool = False) -> None:
        super().__init__(script)
        self.name = name  # type: ignore[misc]
        self.is_language_model = not is_rule  # type: ignore[misc]
        self.is_free = self.is_deterministic = is_rule  # type: ignore[misc]
        self.place = ""
        self.context_tokens = context_tokens
        self.facts_asked = 0

    def endpoint(self) -> Endpoint | None:
        return Endpoint(address=self.place) if self.place else None

    async def max_context_tokens(self, model: str) -> int:
        self.facts_asked += 1
        return self.context_tokens


class Asked:
    """Models behind one member, in order, and what is told while it is asked."""

    def __init__(self, *models: ModelProvider, services: ModelServices | None = None, **caller: Any) -> None:
        self.events: list[Event] = []
        served = tuple(Served(provider=model.name, model="small:1") for model in models)
        self.member = Member(name="search", role=Role.DRUMMER, full_id="search", served=served[0], fallbacks=served[1:])
        self.caller = ModelCaller(
            providers={(model.name, ""): model for model in models},
            templates=TEMPLATES,
            events=EventStream(
                run_id="r", correlation_id="c", listeners=[self.events.append], passing=[self.events.append]
            ),
            seed=3,
            services=services or make_services(),
            **caller,
        )

    async def ask(
        self,
        grounding: Grounding = GROUNDING,
        wanted: AnswerFormat[Any] | None = None,
        *,
        deadline: float | None = None,
        parent_id: str | None = "r/1",
        agent: AgentSpec = AGENT,
    ) -> Any:
        task = Task(
            task_id="r/1/1",
            run_id="r",
            correlation_id="c",
            parent_id=parent_id,
            agent="search",
            role=Role.DRUMMER,
            capability="search",
            instruction=grounding.instruction,
        )
        value, _ = await self.caller.ask(
            self.member, agent, task, grounding, wanted or claims_format(None, evidence=2), deadline=deadline
        )
        return value

    def told(self, kind: EventKind) -> list[Any]:
        return [event.data for event in self.events if event.kind is kind]


def make_services(folder: Path | None = None, **system: Any) -> ModelServices:
    resilience = ResilienceSettings(wait_first_seconds=0.001, wait_max_seconds=0.001)
    config = Config(system=SystemSettings(resilience=resilience, enable_caching=folder is not None, **system))
    return ModelServices.open(config, workspace=None if folder is None else open_workspace(folder))


async def test_fallbacks_are_asked_in_order_until_one_answers() -> None:
    first, second = Model(DOWN, "first"), Model(ModelMissingError("no such model"), "second")
    third, fourth = Model(CLAIMS, "third"), Model(CLAIMS, "fourth")
    asked = Asked(first, second, third, fourth)
    claims = await asked.ask()
    assert claims.statements[0].text == "Ada Brook designed it."
    assert [len(model.requests) for model in (first, second, third, fourth)] == [3, 1, 1, 0]
    assert [data.provider for data in asked.told(EventKind.MODEL_FAILED)] == ["first", "second"]
    assert asked.caller.tally.report.fell_back


async def test_who_wrote_the_answer_is_told_by_the_call_of_the_top_agent_alone() -> None:
    asked = Asked(Model(DOWN, "first"), Model(CLAIMS, "second"))
    await asked.ask()
    assert asked.caller.tally.report.answered_by == ""
    await asked.ask(parent_id=None)
    assert asked.caller.tally.report.answered_by == "second"


async def test_the_first_of_several_failures_is_told_with_a_hint_that_names_the_agent() -> None:
    with pytest.raises(ModelUnavailableError, match="it is down") as caught:
        await Asked(Model(DOWN, "first"), Model(ModelMissingError("no such model"), "second")).ask()
    assert "search" in (caught.value.hint or "")


async def test_a_refusal_is_not_hidden_by_a_fallback() -> None:
    spare = Model(CLAIMS, "spare")
    with pytest.raises(ModelRefusedError, match="bad key"):
        await Asked(Model(ModelRefusedError("bad key"), "first"), spare).ask()
    assert not spare.requests


async def test_a_failure_once_is_no_fallback_and_costs_a_request() -> None:
    asked = Asked(Model([ModelUnavailableError("busy"), CLAIMS], "first"), Model(CLAIMS, "spare"))
    await asked.ask()
    assert not asked.caller.tally.report.fell_back
    assert asked.caller.tally.usage.requests == 2
    assert asked.told(EventKind.MODEL_RETRIED)[0].message == "busy"
    assert len(asked.told(EventKind.MODEL_ANSWERED)) == 1


async def test_requests_that_failed_count_as_well() -> None:
    asked = Asked(Model(DOWN, "first"))
    with pytest.raises(ModelError):
        await asked.ask()
    assert asked.caller.tally.usage.requests == 3


async def test_what_a_provider_asked_besides_counts_too_and_against_the_budget() -> None:
    reply = ModelReply(text="{}", data=CLAIMS, usage=Usage(requests=3), model="small:1")
    asked = Asked(Model(reply, "first"), budgets=Budgets(run=Budget(max_requests=3)))
    await asked.ask()
    assert asked.caller.tally.usage.requests == 3
    with pytest.raises(BudgetSpentError):
        await asked.ask()


async def test_an_invalid_answer_is_asked_again_with_what_was_wrong() -> None:
    model = Model([{"statements": "none"}, CLAIMS], "first")
    asked = Asked(model)
    await asked.ask()
    assert "statements" in model.requests[1].messages[-1].content
    assert "not valid" in model.requests[1].messages[-1].content
    assert "none" in model.requests[1].messages[-2].content
    assert asked.told(EventKind.MODEL_INVALID)[0].will_retry
    counts = asked.caller.tally.report.structured
    assert (counts.asked, counts.calls, counts.retried, counts.failed) == (1, 2, 1, 0)


async def test_who_never_answers_validly_is_replaced_and_counted() -> None:
    first = Model({"statements": "none"}, "first")
    asked = Asked(first, Model(CLAIMS, "spare"))
    await asked.ask()
    assert len(first.requests) == 3
    assert asked.caller.tally.report.structured.failed == 1
    assert asked.told(EventKind.MODEL_FAILED)[0].error == "invalid_output"


async def test_when_the_budget_is_spent_only_what_costs_nothing_is_asked() -> None:
    first, other = Model(CLAIMS, "first"), Model(CLAIMS, "other")
    free = Model(CLAIMS, "free", is_rule=True)
    asked = Asked(first, other, free, budgets=Budgets(run=Budget(max_requests=1)))
    await asked.ask()
    await asked.ask()
    assert [len(model.requests) for model in (first, other, free)] == [1, 0, 1]
    assert len(asked.told(EventKind.BUDGET_SPENT)) == 1
    assert asked.caller.tally.report.fell_back


async def test_a_budget_that_is_spent_is_an_error_that_says_how_to_allow_more() -> None:
    asked = Asked(Model(CLAIMS, "first"), budgets=Budgets(run=Budget(max_requests=1)))
    await asked.ask()
    with pytest.raises(BudgetSpentError) as caught:
        await asked.ask()
    assert "--budget requests=" in (caught.value.hint or "")


async def test_identical_requests_are_answered_from_the_cache_for_nothing(tmp_path: Path) -> None:
    model, services = Model(CLAIMS, "first"), make_services(tmp_path / "cache")
    await Asked(model, services=services).ask()
    again = Asked(model, services=services)
    assert (await again.ask()).statements[0].text == "Ada Brook designed it."
    assert len(model.requests) == 1
    assert again.caller.tally.usage.requests == 0
    assert (again.caller.tally.report.cache_hits, again.caller.tally.report.cache_misses) == (1, 0)
    assert again.told(EventKind.MODEL_ANSWERED)[0].cached
    await again.ask(replace(GROUNDING, question="Who else?"))
    assert (len(model.requests), again.caller.tally.report.cache_misses) == (2, 1)


async def test_the_cache_tells_servers_apart_that_no_setting_names(tmp_path: Path) -> None:
    services = make_services(tmp_path / "cache")
    for place in ("a:11434", "b:11434"):  # as OLLAMA_HOST says
        model = Model(CLAIMS, "first")
        model.place = place
        await Asked(model, services=services).ask()
        assert len(model.requests) == 1


# A request that a server finds too long.


def make_evidence(pieces: int) -> tuple[Evidence, ...]:
    text = " ".join(
        f"Sentence {number} says that the lighthouse has {number} windows and a door." for number in range(9)
    )
    return tuple(
        Evidence(
            evidence_id=f"e{number}",
            document="notes.txt",
            passage_id=f"notes.txt#{number}",
            start=0,
            end=len(text),
            text=text,
            score=1.0 / number,
        )
        for number in range(1, pieces + 1)
    )


def count_by_server(request: ModelRequest, *, share: float) -> int:
    return round(share * sum(estimate_tokens(message.content) + 4 for message in request.messages))


def refuse_above(context_tokens: int, *, share: float, has_sizes: bool) -> Callable[[ModelRequest], Any]:
    """A server whose tokens are `share` of an estimated one, and that leaves 500 for the answer."""

    def answer(request: ModelRequest) -> Any:
        tokens = count_by_server(request, share=share)
        if tokens <= context_tokens - 500:
            return CLAIMS
        sizes = {"prompt_tokens": tokens, "context_tokens": context_tokens} if has_sizes else {}
        return ContextOverflowError("too long", **sizes)

    return answer


@pytest.mark.parametrize("share", [0.7, 1.0, 2.0])
async def test_a_request_that_is_too_long_by_the_servers_sizes_is_cut_once_and_by_no_more_than_it_must(
    share: float,
) -> None:
    model = Model(refuse_above(4000, share=share, has_sizes=True), "first")
    asked = Asked(model)
    agent = replace(AGENT, parameters={"num_predict": 500})
    grounding = replace(GROUNDING, evidence=make_evidence(60))
    await asked.ask(grounding, agent=agent)
    assert len(model.requests) == 2
    assert count_by_server(model.requests[1], share=share) > 0.55 * 3500
    kept = [item.evidence_id for item in model.requests[1].grounding.evidence]
    assert kept == [item.evidence_id for item in grounding.evidence[: len(kept)]]
    cut = asked.told(EventKind.CONTEXT_CUT)[0]
    assert cut.dropped == tuple(item.evidence_id for item in grounding.evidence[len(kept) :])


async def test_a_request_that_is_too_long_is_cut_a_tenth_when_the_server_tells_no_sizes() -> None:
    model = Model([ContextOverflowError("too long"), ContextOverflowError("too long"), CLAIMS], "first")
    await Asked(model).ask(replace(GROUNDING, evidence=make_evidence(30)))
    sizes = [count_by_server(request, share=1.0) for request in model.requests]
    assert sizes == sorted(sizes, reverse=True)
    assert 0.7 * sizes[0] < sizes[2] < 0.9 * sizes[0]


async def test_after_some_cuts_the_servers_own_words_are_told() -> None:
    model = Model(ContextOverflowError("too long, says the server"), "first")
    with pytest.raises(ContextOverflowError, match="says the server") as caught:
        await Asked(model).ask(replace(GROUNDING, evidence=make_evidence(30)))
    assert len(model.requests) == 1 + CUTS_MAX
    assert "search" in (caught.value.hint or "")


async def test_a_request_without_evidence_is_not_sent_again_when_it_is_too_long() -> None:
    model, spare = Model(ContextOverflowError("too long"), "first"), Model(CLAIMS, "spare")
    await Asked(model, spare).ask()
    assert (len(model.requests), len(spare.requests)) == (1, 1)


class StallingCounter(Model):
    """Never says how many tokens a request has."""

    async def count_tokens(self, messages: Any, *, model: str) -> int | None:
        self.facts_asked += 1
        await anyio.sleep_forever()
        return None


@pytest.mark.virtual_time
async def test_a_server_that_does_not_come_to_an_end_of_counting_is_not_asked_again() -> None:
    model = StallingCounter(CLAIMS, "first", context_tokens=3000)
    asked = Asked(model)
    with anyio.fail_after(20):
        await asked.ask(replace(GROUNDING, evidence=make_evidence(30)))
    assert model.facts_asked == 2  # its context, and once to count
    assert len(asked.told(EventKind.CONTEXT_CUT)) == 1


# Facts, time, pieces.


async def test_a_models_facts_are_asked_once_and_after_a_failure_by_the_next_run_again() -> None:
    model, services = Model([CLAIMS, CLAIMS, DOWN, DOWN, DOWN, CLAIMS, CLAIMS], "first"), make_services()
    asked = Asked(model, services=services)
    await asked.ask()
    await Asked(model, services=services).ask()
    assert model.facts_asked == 1
    with pytest.raises(ModelUnavailableError):
        await asked.ask()
    await asked.ask()
    assert model.facts_asked == 1
    await Asked(model, services=services).ask()
    assert model.facts_asked == 2


class Hanging(Model):
    """Never answers."""

    async def generate_structured(self, request: ModelRequest, schema: Any) -> ModelReply:
        self.requests.append(request)
        await anyio.sleep_forever()
        raise AssertionError


@pytest.mark.virtual_time
async def test_a_model_that_hangs_leaves_its_fallback_time() -> None:
    hanging, spare = Hanging(CLAIMS, "first"), Model(CLAIMS, "spare")
    asked = Asked(hanging, spare)
    deadline = time.time() + 1.5
    with anyio.fail_after(60):
        await asked.ask(deadline=deadline)
    assert (hanging.requests[0].deadline or 0) < deadline
    assert spare.requests[0].deadline == deadline
    assert asked.told(EventKind.MODEL_FAILED)[0].error == "deadline"


class Streaming(Model):
    """Writes its script's texts piece by piece; a part that is an error breaks off."""

    async def stream(self, request: ModelRequest, schema: Any = None) -> AsyncIterator[ReplyPart]:
        reply = await (self.generate(request) if schema is None else self.generate_structured(request, schema))
        for start in range(0, len(reply.text), 5):
            text = reply.text[start : start + 5]
            if "!" in text:
                raise ModelUnavailableError("it broke off")
            yield ReplyPart(text=text)
        yield ReplyPart(reply=reply)


def join(pieces: list[Any]) -> str:
    return "".join(piece.text for piece in pieces)


async def test_the_texts_of_the_final_answer_are_told_while_they_are_written() -> None:
    asked = Asked(Streaming(CLAIMS, "first"), is_streamed=True)
    await asked.ask(parent_id=None)
    pieces = asked.told(EventKind.ANSWER_PIECE)
    assert len(pieces) > 3
    assert join(pieces) == "Ada Brook designed it."
    assert {(piece.statement, piece.attempt) for piece in pieces} == {(0, 1)}


async def test_prose_is_told_while_it_is_written() -> None:
    asked = Asked(Streaming("Hello, how are you?", "first"), is_streamed=True)
    assert await asked.ask(wanted=PROSE, parent_id=None) == "Hello, how are you?"
    assert join(asked.told(EventKind.ANSWER_PIECE)) == "Hello, how are you?"


class Unparted(Model):
    """Shows only after some pieces that they were reasoning."""

    async def stream(self, request: ModelRequest, schema: Any = None) -> AsyncIterator[ReplyPart]:
        reply = await self.generate(request)
        yield ReplyPart(text='Hm, {"statements": [{"text": "no')
        yield ReplyPart(text=reply.text, restarts=True, reply=reply)


@pytest.mark.parametrize("wanted", [PROSE, None])
async def test_what_turns_out_to_be_reasoning_is_taken_back_by_the_number_of_the_attempt(wanted: Any) -> None:
    asked = Asked(Unparted("Hello." if wanted else CLAIMS, "first"), is_streamed=True)
    await asked.ask(parent_id=None, **({"wanted": wanted} if wanted else {}))
    pieces = asked.told(EventKind.ANSWER_PIECE)
    last = [piece for piece in pieces if piece.attempt == pieces[-1].attempt]
    assert join(last) == ("Hello." if wanted else "Ada Brook designed it.")
    assert len(last) < len(pieces)


async def test_nobody_is_told_what_agents_below_write_nor_of_plans() -> None:
    asked = Asked(Streaming(CLAIMS, "first"), is_streamed=True)
    await asked.ask()
    await asked.ask(replace(GROUNDING, purpose=Purpose.PLAN), parent_id=None)
    assert not asked.told(EventKind.ANSWER_PIECE)


async def test_an_attempt_that_broke_off_is_told_of_before_its_pieces_come_again() -> None:
    asked = Asked(Streaming(["Hello, how ! are you?", "Hello again."], "first"), is_streamed=True)
    await asked.ask(wanted=PROSE, parent_id=None)
    kinds = [event.kind for event in asked.events]
    broken = kinds.index(EventKind.MODEL_RETRIED)
    after = [event.data for event in asked.events[broken:] if event.kind is EventKind.ANSWER_PIECE]
    assert join(after) == "Hello again."
    assert EventKind.ANSWER_PIECE in kinds[:broken]


async def test_pieces_of_an_invalid_answer_have_another_attempt_than_those_of_the_next() -> None:
    wrong = {"statements": [{"text": "No.", "evidence": "e1", "more": 1}], "notes": 3}
    asked = Asked(Streaming([wrong, CLAIMS], "first"), is_streamed=True)
    await asked.ask(parent_id=None)
    pieces = asked.told(EventKind.ANSWER_PIECE)
    assert join([piece for piece in pieces if piece.attempt == 1]) == "No."
    assert join([piece for piece in pieces if piece.attempt == 2]) == "Ada Brook designed it."


async def test_prompts_and_replies_are_kept_of_language_models_those_of_no_use_as_well() -> None:
    kept: dict[str, str] = {}
    asked = Asked(Model([{"statements": "none"}, CLAIMS], "first"), exchanges=ExchangeRecord(kept.__setitem__))
    await asked.ask()
    prompts = [kept[data.prompt] for data in asked.told(EventKind.MODEL_CALLED)]
    replies = [kept[data.reply] for data in asked.told(EventKind.MODEL_ANSWERED)]
    assert len(prompts) == len(replies) == 2
    assert "Find the designer." in prompts[0]
    assert "not valid" in prompts[1]
    assert "none" in replies[0]
    assert "Ada Brook" in replies[1]


async def test_nothing_is_kept_of_what_reads_no_messages() -> None:
    kept: dict[str, str] = {}
    asked = Asked(Model(CLAIMS, "rules", is_rule=True), exchanges=ExchangeRecord(kept.__setitem__))
    await asked.ask()
    assert kept == {}
    assert asked.told(EventKind.MODEL_CALLED)[0].prompt == ""


async def test_an_answer_from_disk_is_kept_with_its_prompt(tmp_path: Path) -> None:
    services = make_services(tmp_path)
    await Asked(Model(CLAIMS, "first"), services=services).ask()
    kept: dict[str, str] = {}
    asked = Asked(Model(DOWN, "first"), services=services, exchanges=ExchangeRecord(kept.__setitem__))
    await asked.ask()
    assert asked.told(EventKind.MODEL_ANSWERED)[0].cached
    assert "Ada Brook" in kept[asked.told(EventKind.MODEL_ANSWERED)[0].reply]
    assert "Find the designer." in kept[asked.told(EventKind.MODEL_CALLED)[0].prompt]
