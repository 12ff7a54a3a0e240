"""What is said to a model provider, and what it answers."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

import msgspec

from moe_core.contracts.evidence import Evidence
from moe_core.contracts.value import Value
from moe_core.contracts.wire import JsonObject

ChatRole = Literal["system", "user", "assistant"]


class Purpose(StrEnum):
    """Why a model is called: what the reply will be used for.

    Attributes:
        COMPLETE: A follow-up is put as a question that stands alone.
        PLAN: Camina splits the question.
        DECOMPOSE: A Belter splits its part.
        CHOOSE_TOOLS: A Drummer decides which tools to call, and with what.
        EXECUTE: A Drummer does its task from the evidence.
        MERGE: A Belter joins what its Drummers found.
        SYNTHESISE: Camina writes the answer.
        READ: The answer is written from cited sentences.
        COMMENT: An expert says what its evidence comes to.
        JUDGE: What experts brought is rated.
        OBSERVE: The Observer looks at a run.
        CHAT: An answer without documents.
    """

    COMPLETE = "complete"
    PLAN = "plan"
    DECOMPOSE = "decompose"
    CHOOSE_TOOLS = "choose_tools"
    EXECUTE = "execute"
    MERGE = "merge"
    SYNTHESISE = "synthesise"
    READ = "read"
    COMMENT = "comment"
    JUDGE = "judge"
    OBSERVE = "observe"
    CHAT = "chat"


class Message(Value, frozen=True, kw_only=True):
    """One turn of a conversation.

    Attributes:
        role: Who speaks: "system", "user" or "assistant".
        content: What is said.
    """

    role: ChatRole
    content: str


class Choice(Value, frozen=True, kw_only=True):
    """Something the model may pick by name: an agent or a tool.

    Attributes:
        name: What the model writes to pick it.
        summary: One line.
        capabilities: What it offers, as words.
        schema: JSON Schema of a tool's parameters, else {}.
    """

    name: str
    summary: str = ""
    capabilities: tuple[str, ...] = ()
    schema: JsonObject = msgspec.field(default_factory=dict)


class Grounding(Value, frozen=True, kw_only=True):
    """What a request rests on, in values instead of prose.

    A provider that is no language model reads this in place of the messages.

    Attributes:
        purpose: What the reply is for.
        question: The user's question, as asked.
        instruction: This task's own part of it.
        evidence: What may be cited.
        choices: Agents or tools that may be named.
        findings: What the layer below handed up, a JSON object each.
        persona: Who speaks, for a comment: its name, traits and expertise as words, by the template's placeholders.
        reads_closely: A small model may help rules to tell what in the evidence answers; it takes a processor a while.
    """

    purpose: Purpose
    question: str
    instruction: str = ""
    evidence: tuple[Evidence, ...] = ()
    choices: tuple[Choice, ...] = ()
    findings: tuple[JsonObject, ...] = ()
    persona: Mapping[str, str] = msgspec.field(default_factory=dict)
    reads_closely: bool = False


class Usage(Value, frozen=True, kw_only=True):
    """What calls cost.

    Attributes:
        prompt_tokens: Tokens read.
        completion_tokens: Tokens written, reasoning included.
        requests: Requests sent, those that failed included.
        seconds: Time they took, one after the other.
        cost: Money, in the unit that the prices in config/models.yaml are in.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    requests: int = 0
    seconds: float = 0.0
    cost: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            requests=self.requests + other.requests,
            seconds=self.seconds + other.seconds,
            cost=self.cost + other.cost,
        )


class ModelRequest(Value, frozen=True, kw_only=True):
    """One call to a model.

    Attributes:
        model: The model's name on its server.
        messages: The conversation.
        grounding: The same request as values.
        parameters: Sampling and runtime options by their Ollama names.
        deadline: Unix time, seconds, by which the reply must be there.
    """

    model: str
    messages: tuple[Message, ...]
    grounding: Grounding
    parameters: JsonObject = msgspec.field(default_factory=dict)
    deadline: float | None = None


class ModelReply(Value, frozen=True, kw_only=True):
    """A model's answer.

    Attributes:
        text: The answer as text.
        data: The answer as a JSON object, when a schema was asked for.
        usage: What it cost.
        model: The model that answered.
        finish_reason: "stop", "length" or "cancelled".
        is_language_model: False when no language model was involved.
        reasoning: What the model thought aloud before it answered; not part of the text.
    """

    text: str
    data: JsonObject | None = None
    usage: Usage = msgspec.field(default_factory=Usage)
    model: str = ""
    finish_reason: str = "stop"
    is_language_model: bool = True
    reasoning: str = ""


class ReplyPart(Value, frozen=True, kw_only=True):
    """A piece of a streamed reply.

    Attributes:
        text: The next characters of the answer, may be "".
        reasoning: The next characters of what the model thinks aloud.
        restarts: The answer begins with this piece: the texts before it were reasoning, as only shows now.
        reply: The whole reply, on the last piece only.
    """

    text: str = ""
    reasoning: str = ""
    restarts: bool = False
    reply: ModelReply | None = None
