"""LangGraph: a graph whose nodes send work on (`Send`): without a checkpointer, with one in memory, with one in SQLite.

Its cheapest way is one flat graph whose nodes call a plain function; the rows without a further word are that. With
"subgraphs" each worker that joins is a graph of its own, which ends by itself as a Belter does. With "chat model" the
function stands behind LangChain's chat model interface, as every other framework here has one.
"""

import operator
import tempfile
import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypedDict

import aiosqlite
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, Send
from measuring import FAN_OUT, HANDS, WITH_JOINS, WITHOUT_JOINS, WORKERS, Model, Way, measure_and_print

Ask = Callable[[str], Awaitable[str]]
IN_MEMORY = "checkpoints, in memory"
ON_DISK = "checkpoints, SQLite"


class Work(TypedDict):
    instruction: str


class State(TypedDict):
    question: str
    found: Annotated[list[str], operator.add]
    merged: Annotated[list[str], operator.add]
    answer: str


class Part(TypedDict):
    instruction: str
    pieces: Annotated[list[str], operator.add]
    found: list[str]


def build_flat(ask: Ask, checkpointer: BaseCheckpointSaver[Any] | None, *, joins: bool = False) -> Any:
    """1 + 4 + 16 calls in three supersteps; then a node without a model, or one more superstep of 4 and one of 1."""

    async def lead(state: State) -> Command[Any]:
        plan = await ask(state["question"])
        return Command(goto=[Send("worker", {"instruction": f"{plan}: part {n}"}) for n in range(WORKERS)])

    async def worker(work: Work) -> Command[Any]:
        plan = await ask(work["instruction"])
        return Command(goto=[Send("hand", {"instruction": f"{plan}: do {n}"}) for n in range(HANDS)])

    async def hand(work: Work) -> dict[str, Any]:
        return {"found": [await ask(work["instruction"])]}

    async def sort(state: State) -> Command[Any]:
        found = state["found"]
        return Command(goto=[Send("merge", {"instruction": f"join {found[n::WORKERS]}"}) for n in range(WORKERS)])

    async def merge(work: Work) -> dict[str, Any]:
        return {"merged": [await ask(work["instruction"])]}

    async def write(state: State) -> dict[str, Any]:
        return {"answer": await ask(f"join {state['merged']}") if joins else " ".join(state["found"])}

    graph = StateGraph(State)
    graph.add_node("lead", lead, destinations=("worker",))
    graph.add_node("worker", worker, destinations=("hand",))
    graph.add_node("hand", hand)
    graph.add_node("write", write)
    graph.add_edge(START, "lead")
    if joins:
        graph.add_node("sort", sort, destinations=("merge",))
        graph.add_node("merge", merge)
        graph.add_edge("hand", "sort")
        graph.add_edge("merge", "write")
    else:
        graph.add_edge("hand", "write")
    graph.add_edge("write", END)
    return graph.compile(checkpointer=checkpointer)


def build_teams(ask: Ask, checkpointer: BaseCheckpointSaver[Any] | None) -> Any:
    """1 + 4 + 16 calls, and 4 + 1 that join: each worker is a graph in the lead's graph."""

    async def split(part: Part) -> Command[Any]:
        plan = await ask(part["instruction"])
        return Command(goto=[Send("hand", {"instruction": f"{plan}: do {n}"}) for n in range(HANDS)])

    async def hand(work: Work) -> dict[str, Any]:
        return {"pieces": [await ask(work["instruction"])]}

    async def merge(part: Part) -> dict[str, Any]:
        return {"found": [await ask(f"join {part['pieces']}")]}

    async def lead(state: State) -> Command[Any]:
        plan = await ask(state["question"])
        return Command(goto=[Send("worker", {"instruction": f"{plan}: part {n}"}) for n in range(WORKERS)])

    async def write(state: State) -> dict[str, Any]:
        return {"answer": await ask(f"join {state['found']}")}

    team = StateGraph(Part)
    team.add_node("split", split, destinations=("hand",))
    team.add_node("hand", hand)
    team.add_node("merge", merge)
    team.add_edge(START, "split")
    team.add_edge("hand", "merge")
    team.add_edge("merge", END)
    graph = StateGraph(State)
    graph.add_node("lead", lead, destinations=("worker",))
    graph.add_node("worker", team.compile())
    graph.add_node("write", write)
    graph.add_edge(START, "lead")
    graph.add_edge("worker", "write")
    graph.add_edge("write", END)
    return graph.compile(checkpointer=checkpointer)


def build_fan_out(ask: Ask, checkpointer: BaseCheckpointSaver[Any] | None) -> Any:
    """200 hands in one superstep."""

    async def hand(work: Work) -> dict[str, Any]:
        return {"found": [await ask(work["instruction"])]}

    def send(state: State) -> list[Send]:
        return [Send("hand", {"instruction": f"do {n}"}) for n in range(FAN_OUT)]

    graph = StateGraph(State)
    graph.add_node("hand", hand)
    graph.add_conditional_edges(START, send, ["hand"])
    graph.add_edge("hand", END)
    return graph.compile(checkpointer=checkpointer)


class InstantChat(BaseChatModel):
    """The instant model behind LangChain's interface."""

    model: Any

    @property
    def _llm_type(self) -> str:
        return "instant"

    def _generate(self, messages: list[BaseMessage], *args: Any, **options: Any) -> ChatResult:
        raise NotImplementedError

    async def _agenerate(self, messages: list[BaseMessage], *args: Any, **options: Any) -> ChatResult:
        text = await self.model.answer(messages[-1].content)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])


async def make_checkpointer(recording: str) -> BaseCheckpointSaver[Any] | None:
    """What keeps the checkpoints, as the row says it; SQLite as its package sets it up, in a file of its own."""
    if recording != ON_DISK:
        return InMemorySaver() if recording else None
    connection = aiosqlite.connect(str(Path(tempfile.mkdtemp()) / "checkpoints.db"))
    connection._thread.daemon = True  # the program ends with it open
    saver = AsyncSqliteSaver(await connection)
    await saver.setup()
    return saver


def make_way(name: str, recording: str, model: Model, ask: Ask, *, has_teams: bool = False) -> Way:
    def make_runner(build: Callable[[Ask, BaseCheckpointSaver[Any] | None], Any]) -> Callable[[], Awaitable[object]]:
        graph: Any = None

        async def run() -> object:
            nonlocal graph
            if graph is None:
                graph = build(ask, await make_checkpointer(recording))
            thread = {"configurable": {"thread_id": uuid.uuid4().hex}}
            return await graph.ainvoke({"question": "work", "found": []}, thread)

        return run

    return Way(
        name=name,
        recording=recording,
        chains={
            WITHOUT_JOINS: make_runner(build_flat),
            WITH_JOINS: make_runner(build_teams if has_teams else partial(build_flat, joins=True)),
        },
        fan_out=make_runner(build_fan_out),
        count_calls=lambda: model.calls,
        set_seconds=lambda seconds: setattr(model, "seconds", seconds),
    )


def make_ways() -> list[Way]:
    model = Model()
    chat = InstantChat(model=model)

    async def ask_chat(prompt: str) -> str:
        return str((await chat.ainvoke(prompt)).content)

    return [
        make_way("LangGraph", "", model, model.answer),
        make_way("LangGraph, checkpointer", IN_MEMORY, model, model.answer),
        make_way("LangGraph, SQLite checkpointer", ON_DISK, model, model.answer),
        make_way("LangGraph, checkpointer, subgraphs", IN_MEMORY, model, model.answer, has_teams=True),
        make_way("LangGraph, chat model", "", model, ask_chat),
        make_way("LangGraph, chat model, checkpointer", IN_MEMORY, model, ask_chat),
    ]


if __name__ == "__main__":
    measure_and_print("langgraph", make_ways)
