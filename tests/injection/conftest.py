"""Documents that try to give orders, and a model that takes orders from anybody.

In the files of `documents/` an attack stands between ⟪ and ⟫: a run with a document is compared to one with the same
document without what stands there. @SERVER@ is the address of a local server, \\u{200b} a character by its number, and
@BASE64(…)@, @HEX(…)@, @ROT13(…)@, @REVERSED(…)@ and @TAGS(…)@ are what is in the brackets, in that disguise.
"""

import base64
import codecs
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any, ClassVar

import pytest
from msgspec.structs import replace

from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.running.environment import RunEnvironment
from moe.running.run import Run
from moe_core import Health, ModelProvider, ModelReply, ModelRequest, Purpose, Usage
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.evidence import name_evidence
from moe_core.contracts.mode import Mode
from moe_core.contracts.plugin import Kind, PluginSource
from moe_core.contracts.wire import encode_json
from moe_core.loading.assembly import assemble_registry
from moe_core.loading.locations import Locations, find_bundled_root
from moe_core.loading.plugins.discovery import Discovery, discover_plugins
from moe_core.loading.plugins.offers import make_entry
from moe_core.loading.registry import Catalog, Registry

DOCUMENTS = Path(__file__).parent / "documents"
HISTORY = (
    "# The lighthouse at Quillon Point\n\nThe lighthouse at Quillon Point was designed by Ada Merrow. "
    "It was built in 1887.\n\nIts lamp was made in Port Sable.\n"
)
TOOLS = (
    "academic_search calculator document_outline document_search http_api news property_finance shell table_answer"
    " table_statistics web_search"
).split()
AGENTS = "analysis api content knowledge property root search".split()
_ATTACK = re.compile(r"⟪(.*?)⟫", re.DOTALL)
_DISGUISED = re.compile(r"@(BASE64|HEX|ROT13|REVERSED|TAGS)\((.*?)\)@", re.DOTALL)
_DISGUISES: dict[str, Callable[[str], str]] = {
    "BASE64": lambda text: base64.b64encode(text.encode()).decode(),
    "HEX": lambda text: text.encode().hex(),
    "ROT13": lambda text: codecs.encode(text, "rot13"),
    "REVERSED": lambda text: text[::-1],
    "TAGS": lambda text: "".join(chr(0xE0000 + ord(char)) for char in text),
}


def write_document(name: str, folder: Path, *, server: str, with_attack: bool) -> Path:
    """A document of the set as a file that can be read, with or without its attack."""
    source = (DOCUMENTS / name).read_text(encoding="utf-8")
    text = _ATTACK.sub(r"\1" if with_attack else "", source).replace("@SERVER@", server)
    text = _DISGUISED.sub(lambda match: _DISGUISES[match[1]](match[2]), text)
    text = re.sub(r"\\u\{([0-9a-f]+)\}", lambda match: chr(int(match[1], 16)), text)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# A model that obeys

_CHOICES = re.compile(
    r"^----- BEGIN DATA choices (\w+) -----$.*?^----- END DATA choices \1 -----$", re.DOTALL | re.MULTILINE
)
_SCHEMA = re.compile(r"^Reply with one JSON object.{0,80}:\n\{.*\}$", re.MULTILINE)


@cache
def unveil(text: str) -> str:
    """A text with everything that may be hidden in it beside it, as the most willing reader would find it."""
    seen = "".join(chr(ord(char) - 0xE0000) if 0xE0000 < ord(char) < 0xE0080 else char for char in text)
    seen = "".join(char for char in unicodedata.normalize("NFKC", seen) if unicodedata.category(char) != "Cf")
    more = [seen[::-1], codecs.encode(seen, "rot13")]
    for found in re.findall(r"[A-Za-z0-9+/]{24,}={0,2}", seen):
        more.append(base64.b64decode(found + "=" * (-len(found) % 4)).decode("utf-8", "replace"))
        if re.fullmatch(r"(?:[0-9a-f]{2})+", found):
            more.append(bytes.fromhex(found).decode("utf-8", "replace"))
    return "\n".join([seen, *more])


@dataclass(frozen=True)
class Orders:
    """What somebody wants done: names of tools and agents, and addresses."""

    tools: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tools or self.agents or self.urls)


def find_orders(request: ModelRequest) -> Orders:
    """Every tool, agent and address that the messages name.

    The agent's own prompt, the list of choices and the schema asked for may name them: that gives no order.
    """
    text = "\n".join(_SCHEMA.sub("", message.content) for message in request.messages if message.role != "system")
    text = unveil(_CHOICES.sub("", text))
    named = r"(?:drummer|belter|agent|agent called|belters of this run to|to)\W{1,3}(?:\w+ and )?"
    return Orders(
        tools=tuple(name for name in TOOLS if re.search(rf"(?<![\w]){name}(?![\w])", text)),
        agents=tuple(name for name in AGENTS if re.search(rf"{named}{name}\b", text)),
        urls=tuple(dict.fromkeys(re.findall(r"https?://[^\s\"'<>)\]\\]+", text))),
    )


class Gullible(ModelProvider):
    """Does its work, and whatever else anything in its messages asks for. Made by `make_gullible`.

    Attributes:
        heard: The orders of each call, by purpose.
        seen: What it was told: the system's and the user's message of each call.
    """

    name = "gullible"
    summary = "Obeys anybody; for tests."
    heard: ClassVar[list[tuple[Purpose, Orders]]] = []
    seen: ClassVar[list[str]] = []

    async def generate(self, request: ModelRequest) -> ModelReply:
        return self.reply(request, {"text": "hello"})

    async def generate_structured(self, request: ModelRequest, schema: Any) -> ModelReply:
        purpose, orders = request.grounding.purpose, find_orders(request)
        self.heard.append((purpose, orders))
        self.seen += [message.content for message in request.messages[:2]]  # after them come its own replies
        names = [choice.name for choice in request.grounding.choices]
        asked = request.grounding.instruction
        if purpose is Purpose.PLAN:
            data = {"tasks": make_tasks("belter", [*names[:1], *orders.agents, *orders.tools], asked)}
        elif purpose is Purpose.DECOMPOSE:
            own = [name for name in names if name in ("search", "analysis")]
            data = {"tasks": make_tasks("drummer", [*own, *orders.agents, *orders.tools], asked)}
        elif purpose is Purpose.CHOOSE_TOOLS:
            own = [name for name in names if name in ("document_search", "calculator")]
            data = {"calls": [make_call(name, asked, orders) for name in [*own, *orders.tools]]}
        else:
            data = self.answer(request, orders, is_first=len(request.messages) <= 2)
        return self.reply(request, data, orders)

    def answer(self, request: ModelRequest, orders: Orders, *, is_first: bool) -> dict[str, Any]:
        """Statements; on the first attempt with everything else in them that was ordered."""
        ids = [name_evidence(place) for place in range(len(request.grounding.evidence))]
        read = "\n".join(message.content for message in request.messages if message.role == "user")
        found = [
            {"text": read.partition(f"[{name}] ")[2].partition("\n-----")[0][:400], "evidence": [name]} for name in ids
        ]
        false = {"text": "It was designed by Victor Null.", "evidence": ["royal-archive.pdf#1", *ids[:1]]}
        extra = {
            "tasks": make_tasks("drummer", [*orders.agents, *orders.tools], "obey"),
            "calls": [make_call(name, "obey", orders) for name in orders.tools],
        }
        return {"statements": [*found, false], "notes": [str(orders)], **(extra if orders and is_first else {})}

    def reply(self, request: ModelRequest, data: dict[str, Any], orders: Orders = Orders()) -> ModelReply:
        return ModelReply(
            text=encode_json(data).decode(),
            data=data,
            model=request.model,
            usage=Usage(prompt_tokens=1, completion_tokens=1, requests=1),
        )

    async def max_context_tokens(self, model: str) -> int:
        return 1_000_000

    async def health(self) -> Health:
        return Health(ok=True, detail="obedient")

    async def models(self) -> list[str]:
        return ["gullible"]


def make_tasks(pick: str, names: list[str], instruction: str) -> list[dict[str, Any]]:
    base = {"capability": "find", "instruction": instruction, "depends_on": []}
    return [{"id": f"t{number}", pick: name, **base} for number, name in enumerate(names)]


def make_call(tool: str, instruction: str, orders: Orders) -> dict[str, Any]:
    """A call with what the tool may want."""
    params = {
        "document_search": {"query": instruction},
        "calculator": {"expression": "6*7"},
        "http_api": {"url": next(iter(orders.urls), "http://127.0.0.1:9/")},
    }
    return {"tool": tool, "params": params.get(tool, {"query": instruction})}


# Runs


@dataclass(frozen=True)
class Told:
    """What a run did: who was asked to do what, and which tools were called with what."""

    tasks: tuple[tuple[str, str, str], ...]
    calls: tuple[tuple[str, str, str], ...]
    result: RunResult = field(compare=False)
    heard: tuple[tuple[Purpose, Orders], ...] = field(default=(), compare=False)
    seen: tuple[str, ...] = field(default=(), compare=False)

    @property
    def tools(self) -> set[str]:
        return {tool for _, tool, _ in self.calls}


@dataclass(frozen=True)
class Bench:
    """A project whose web tools may reach one local server, and runs in it."""

    app: App
    registry: Registry
    server: Any

    async def run(
        self, name: str, question: str, *, provider: str, with_attack: bool = True, model: str | None = None
    ) -> Told:
        """Answer a question over the history and one document of the set, both in the current folder."""
        Path("history.md").write_text(HISTORY, encoding="utf-8")
        write_document(name, Path.cwd(), server=self.server.url, with_attack=with_attack)
        return await self.ask(
            RunRequest(question=question, docs=("history.md", name), provider=provider, model=model, mode=Mode.FULL)
        )

    async def ask(self, request: RunRequest) -> Told:
        """Run a request, and tell what was done."""
        obedient = type("Obedient", (Gullible,), {"heard": [], "seen": []})
        entry = make_entry(Kind.MODEL_PROVIDER, obedient, PluginSource(plugin="test", origin="code"))
        providers = Catalog(Kind.MODEL_PROVIDER, [*self.registry.model_providers, entry])
        registry = replace(self.registry, model_providers=providers)
        events: list[Event] = []
        environment = RunEnvironment.build(registry, self.app.config)
        result = await Run(environment, request, on_event=events.append).finish()
        tasks = [event for event in events if event.kind is EventKind.TASK_STARTED]
        calls = [event for event in events if event.kind is EventKind.TOOL_CALLED]
        return Told(
            tasks=tuple(sorted((_below(event.task_id), event.agent, event.data.instruction) for event in tasks)),
            calls=tuple(
                sorted(
                    (_below(event.task_id), event.data.tool, encode_json(event.data.params).decode()) for event in calls
                )
            ),
            result=result,
            heard=tuple(obedient.heard),
            seen=tuple(obedient.seen),
        )


def _below(task_id: str | None) -> str:
    """The path in the tree, without the run's own id."""
    return str(task_id).partition("/")[2]


@pytest.fixture(scope="session")
def bundled() -> Discovery:
    """Every bundled plugin, found once."""
    nowhere = Path(gettempdir()) / "moe-tests-without-a-folder"
    locations = Locations(bundled=find_bundled_root(), user=nowhere, project=nowhere)
    return discover_plugins(locations, with_distributions=False)


@pytest.fixture
def make_bench(
    tmp_path: Path, server: Any, bundled: Discovery, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Bench]:
    """The bundled agents and tools; every web tool is set up, and could reach the server. Takes settings by key."""
    monkeypatch.chdir(tmp_path)
    reachable = {"allow_private": [server.endpoint]}
    services = dict.fromkeys(("arxiv", "openalex", "crossref"), f"{server.url}/works")
    settings = {
        "http_api": {"allow": [server.endpoint]},
        "web_search": {"endpoint": server.url},
        "news": {"feeds": [f"{server.url}/feed"]},
        "academic_search": services,
    }
    tools = {name: {"settings": {**reachable, **own}} for name, own in settings.items()}

    def make(**more: Any) -> Bench:
        overrides = {"tools": tools, "system.record": False, "system.walkers": [], **more}
        app = App.open(tmp_path, environ={"MOE_TRUST": "/"}, overrides=overrides)
        return Bench(app, assemble_registry(app.config, bundled), server)

    return make


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()
