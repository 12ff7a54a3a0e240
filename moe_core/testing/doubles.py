"""Doubles: a model that answers from a script, and tools that record what they were asked."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

import anyio

from moe_core.contracts.errors import ModelRefusedError
from moe_core.contracts.messages import ModelReply, ModelRequest, Purpose, Usage
from moe_core.contracts.model import Health, ModelProvider, ProviderSettings
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.wire import JsonObject, encode_json

Answer: TypeAlias = str | Mapping[str, Any] | ModelReply | Exception
Answers: TypeAlias = Answer | Sequence[Answer] | Callable[[ModelRequest], Answer]
Script: TypeAlias = Answers | Mapping[Purpose, Answers]


class ScriptedModel(ModelProvider):
    """A model that answers from a script and records what it was asked.

    The script is one of:
        - a list of answers, given in order;
        - a callable that makes an answer of the request;
        - one answer for every call;
        - a mapping from `Purpose` to any of these.

    An answer is text, a dict (a structured reply), a whole `ModelReply`, or an exception to raise.

    Attributes:
        requests: Every request so far, in order.
        schemas: For each request the schema it asked for, or None.
    """

    name = "scripted"
    summary = "Answers from a script and records what it was asked; for tests."

    def __init__(
        self,
        script: Script = "scripted answer",
        settings: ProviderSettings | None = None,
        *,
        delay_seconds: float = 0.0,
    ) -> None:
        super().__init__(settings)
        self._script = script
        self._delay_seconds = delay_seconds
        self._taken: dict[str, int] = {}
        self.requests: list[ModelRequest] = []
        self.schemas: list[JsonObject | None] = []

    def __repr__(self) -> str:
        return f"<{type(self).__name__} after {len(self.requests)} requests>"

    async def generate(self, request: ModelRequest) -> ModelReply:
        """Answer with the script's next answer."""
        return await self._answer(request, None)

    async def generate_structured(self, request: ModelRequest, schema: JsonObject) -> ModelReply:
        """Answer with the script's next answer, which should be a dict; it is not checked against the schema."""
        return await self._answer(request, schema)

    async def health(self) -> Health:
        """Always well."""
        return Health(ok=True, detail="scripted")

    async def models(self) -> list[str]:
        """One model."""
        return ["scripted:latest"]

    async def _answer(self, request: ModelRequest, schema: JsonObject | None) -> ModelReply:
        self.requests.append(request)
        self.schemas.append(schema)
        if self._delay_seconds:
            await anyio.sleep(self._delay_seconds)
        answer = self._choose(request)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, ModelReply) else _make_reply(answer, request)

    def _choose(self, request: ModelRequest) -> Answer:
        answers: Any = self._script
        key = ""
        if isinstance(answers, Mapping) and answers and all(isinstance(part, Purpose) for part in answers):
            key = request.grounding.purpose
            if key not in answers:
                raise self._exhausted(f"the script has no answer for the purpose {key}", request)
            answers = answers[request.grounding.purpose]
        if callable(answers):
            made: Answer = answers(request)
            return made
        if isinstance(answers, str | Mapping | ModelReply | Exception):
            return answers
        taken = self._taken.get(key, 0)
        if taken >= len(answers):
            raise self._exhausted(f"the script has {len(answers)} answers, and this is call {taken + 1}", request)
        self._taken[key] = taken + 1
        chosen: Answer = answers[taken]
        return chosen

    def _exhausted(self, message: str, request: ModelRequest) -> ModelRefusedError:
        return ModelRefusedError(message, provider=self.name, model=request.model, hint="add an answer to the script")


def make_model(
    script: Script = "scripted answer", *, name: str = "scripted", delay_seconds: float = 0.0
) -> type["RecordedModel"]:
    """A class of scripted models to register; all its instances share one script and one record.

    The class's `record` is the `ScriptedModel` behind them: `made.record.requests`.
    """
    recorder = ScriptedModel(script, delay_seconds=delay_seconds)
    members = {"name": name, "record": recorder, "__module__": __name__, "__doc__": ScriptedModel.__doc__}
    return type(f"Scripted{_camel(name)}", (RecordedModel,), members)


class RecordedModel(ModelProvider):
    """A provider that hands every call to the class's one `ScriptedModel`. Made by `make_model`.

    Attributes:
        record: The model that answers, shared by all instances of the class.
    """

    name = "recorded"
    summary = "Answers from a script shared by its instances; for tests."
    record: ClassVar[ScriptedModel] = ScriptedModel()

    async def generate(self, request: ModelRequest) -> ModelReply:
        """As the script says."""
        return await self.record.generate(request)

    async def generate_structured(self, request: ModelRequest, schema: JsonObject) -> ModelReply:
        """As the script says."""
        return await self.record.generate_structured(request, schema)

    async def health(self) -> Health:
        """Always well."""
        return await self.record.health()

    async def models(self) -> list[str]:
        """One model."""
        return await self.record.models()


class RecordingTool(BaseTool):
    """A tool that answers as its class says, and records. Made by `make_tool`.

    Attributes:
        calls: The parameters of every call, in order, shared by all instances of the class.
        answer: What it returns: a dict, a callable of the parameters, or an exception to raise.
    """

    calls: ClassVar[list[dict[str, Any]]] = []
    answer: ClassVar[Any] = None

    async def execute(self, params: dict[str, Any]) -> dict[str, Any]:
        """Record the parameters; answer, by default with the parameters themselves."""
        self.calls.append(params)
        answer = type(self).answer
        if isinstance(answer, Exception):
            raise answer
        made: dict[str, Any] = {"echo": params} if answer is None else answer(params) if callable(answer) else answer
        return made


def make_tool(
    name: str = "echo",
    *,
    answer: Mapping[str, Any] | Callable[[dict[str, Any]], dict[str, Any]] | Exception | None = None,
    description: str = "Give back the parameters.",
    capabilities: Sequence[str] = (),
    effects: Sequence[str] = (),
    params: type[Any] | None = None,
) -> type[RecordingTool]:
    """A tool class with a record of its own.

    Args:
        name: Its short name.
        answer: What it returns, a callable that makes it, or an exception; None echoes the parameters.
        description: Its one line.
        capabilities: What it is good for.
        effects: What it does beside computing.
        params: A pydantic model of its parameters; None takes any object.
    """
    members: dict[str, Any] = {
        "name": name,
        "description": description,
        "capabilities": tuple(capabilities),
        "effects": tuple(effects),
        "Params": params,
        "calls": [],
        "answer": answer,
        "__module__": __name__,
        "__doc__": description,
    }
    return type(f"{_camel(name)}Tool", (RecordingTool,), members)


def _make_reply(answer: str | Mapping[str, Any], request: ModelRequest) -> ModelReply:
    text = answer if isinstance(answer, str) else encode_json(answer).decode()
    usage = Usage(
        prompt_tokens=sum(len(message.content.split()) for message in request.messages),
        completion_tokens=len(text.split()),
        requests=1,
    )
    return ModelReply(text=text, data=None if isinstance(answer, str) else answer, usage=usage, model=request.model)


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in re.split(r"[^0-9A-Za-z]+", name))
