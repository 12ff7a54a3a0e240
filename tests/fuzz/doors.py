"""The doors that are tried, and what an attempt at each of them is: files, a command line, standard input."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import click

from moe.app import App
from moe.cli.group import cli
from mutations import ODD_TEXTS, ODD_VALUES, spoil_archive, spoil_bytes, spoil_json_line, spoil_text, spoil_value
from seeds import SEEDS

ROOT = Path(__file__).parents[2]
HARBOUR = ROOT / "examples" / "harbour"
QUESTIONS = [json.loads(line)["question"] for line in (ROOT / "examples" / "questions.jsonl").read_bytes().splitlines()]
GOOD = "docs/good.txt"
RECORDING = "recording.jsonl"
# Commands that print for a shell, load from elsewhere, change the environment that all attempts share, or never end.
_NEVER = frozenset(("completion", "pull", "install", "uninstall", "serve", "worker", "dev", "watch"))
_ARCHIVES = frozenset((".docx", ".epub", ".odt", ".ods", ".odp", ".xlsx", ".pptx"))


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One try.

    Attributes:
        door: Which.
        files: By path in the folder of the attempt.
        arguments: Of `moe`.
        stdin: What it reads.
        is_spawned: Whether it needs a process of its own, as what speaks on standard streams does.
    """

    door: str
    files: dict[str, bytes] = field(default_factory=dict)
    arguments: list[str]
    stdin: bytes = b""
    is_spawned: bool = False


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What one sound run leaves.

    Attributes:
        recording: Of its model's replies.
        database: The record of it.
    """

    recording: bytes
    database: bytes = b""


def make_attempt(seed: int, number: int, recorded: Recorded) -> Attempt:
    """The attempt of that number: the same for the same seed, whatever came before."""
    random = Random(f"{seed}/{number}")
    doors = list(DOORS.values())
    return doors[number % len(doors)](random, recorded)


def try_modelfile(random: Random, _recorded: Recorded) -> Attempt:
    seeds = [path.read_bytes() for path in sorted((ROOT / "modelfiles").rglob("*.moe"))]
    data = spoil_bytes(random, random.choice(seeds), seeds)
    data = spoil_text(random, data) if random.randrange(4) else data
    arguments = random.choice(
        (
            ["modelfile", "check", "x.moe"],
            ["modelfile", "show", "x.moe"],
            ["agents", "list"],
            ["run", "Who?", "--docs", GOOD],
        )
    )
    place = "x.moe" if arguments[0] == "modelfile" else "modelfiles/drummers/x.moe"
    return Attempt(door="modelfile", files={place: data}, arguments=arguments)


def try_config(random: Random, _recorded: Recorded) -> Attempt:
    path = random.choice(sorted((ROOT / "config").glob("*.yaml")))
    data = path.read_bytes()
    data = spoil_text(random, data) if random.randrange(4) else spoil_bytes(random, data)
    commands = (["config", "show"], ["config", "show", "--json"], ["tools", "list"], ["models", "list"], ["doctor"])
    commands += (["route", "Who?"], ["run", "Who?", "--docs", GOOD, "--deadline", "10"], ["chain", "Who?"])
    return Attempt(door="config", files={f"config/{path.name}": data}, arguments=[*random.choice(commands)])


def try_question(random: Random, _recorded: Recorded) -> Attempt:
    words = random.choice(QUESTIONS).split(" ")
    for _ in range(random.choice((0, 1, 3, 9))):
        words.insert(random.randrange(len(words) + 1), random.choice((*ODD_TEXTS, *words)))
    question = " ".join(words) * random.choice((1, 1, 1, 40))
    command = random.choice(("run", "run", "route", "chain", "graph"))
    head = ["graph", "show"] if command == "graph" else [command]
    from_input = random.randrange(3) == 0
    arguments = [*head, "-" if from_input else question, "--docs", GOOD]
    stdin = question.encode("utf-8", "surrogatepass") if from_input else b""
    return Attempt(door="question", arguments=arguments, stdin=stdin)


def try_arguments(random: Random, _recorded: Recorded) -> Attempt:
    group: click.Command = cli
    arguments: list[str] = []
    context = click.Context(cli)
    while isinstance(group, click.Group):
        arguments += _pick_options(random, group) if random.randrange(3) == 0 else []
        names = [name for name in group.list_commands(context) if name not in _NEVER]
        name = random.choice(names)
        group = group.get_command(context, name) or click.Command(name)
        arguments.append(name)
    for parameter in group.params:
        if isinstance(parameter, click.Argument) and random.randrange(5):
            arguments.append(_pick_value(random))
    arguments += _pick_options(random, group)
    random.shuffle(tail := arguments[-2:])
    return Attempt(
        door="arguments", arguments=[*arguments[:-2], *tail], stdin=random.choice(ODD_TEXTS).encode("utf-8", "replace")
    )


def try_tool(random: Random, _recorded: Recorded) -> Attempt:
    tools = App.open(ROOT, environ={"MOE_TRUST": "/"}).registry.tools
    name = random.choice(tools.names())
    schema = tools.get(name).schema
    variants = schema.get("oneOf") or schema.get("anyOf") or [schema]
    properties: dict[str, Any] = random.choice(variants).get("properties", {})
    params = {key: _pick_for(random, wanted) for key, wanted in properties.items() if random.randrange(3)}
    params = spoil_value(random, params) if random.randrange(4) == 0 else params
    files = {"docs/table.csv": spoil_text(random, (HARBOUR / "data" / "mill-budget.csv").read_bytes())}
    docs = random.choice(([], ["--docs", "docs"]))
    return Attempt(door="tool", files=files, arguments=["tools", "run", name, "--params", json.dumps(params), *docs])


def try_replay(random: Random, recorded: Recorded) -> Attempt:
    data = recorded.recording
    data = spoil_json_line(random, data) if random.randrange(3) else spoil_bytes(random, data)
    arguments = ["--set", "system.provider=replay", "--set", f"providers.providers.replay.options.path={RECORDING}"]
    command = random.choice((["run", "Who restored the mill?", "--docs", GOOD, "--deadline", "10"], ["models", "list"]))
    return Attempt(door="replay", files={RECORDING: data}, arguments=[*arguments, *command])


def try_document(random: Random, _recorded: Recorded) -> Attempt:
    suffix, data = _pick_document(random)
    if suffix in _ARCHIVES and random.randrange(4):
        data = spoil_archive(random, data)
    elif suffix in (".json", ".jsonl") and random.randrange(2):
        data = spoil_json_line(random, data)
    else:
        is_text = suffix not in (".pdf", *_ARCHIVES)
        data = spoil_text(random, data) if is_text and random.randrange(2) else spoil_bytes(random, data)
    others = (".txt", ".md", ".html", ".json", ".csv", ".rtf", ".eml", ".xls")
    name = f"docs/x{random.choice((*[suffix] * len(others), *others))}"
    docs = random.choice((name, "docs"))
    question = random.choice(QUESTIONS)
    command = random.choice((["run", question, "--docs", docs, "--deadline", "20"], ["index", "add", docs]))
    return Attempt(door="document", files={name: data}, arguments=command)


def try_plugin(random: Random, _recorded: Recorded) -> Attempt:
    """Plugins of a project, and one that is being written."""
    source = random.choice(sorted((ROOT / "plugins").rglob("*.py"))).read_bytes()
    name = random.choice(("x", "calculator", "mine", *ODD_TEXTS)).replace("\0", "")
    project = b'[project]\nname = "mine"\nversion = "1"\n[project.entry-points."moe.plugins"]\nmine = "mine"\n'
    files = {"plugins/tools/x.py": spoil_text(random, source), "mine/mine.py": spoil_text(random, source)}
    files["mine/pyproject.toml"] = spoil_text(random, project)
    listings = (["plugins", verb, name] for verb in ("info", "why", "timing", "enable", "disable"))
    commands = (*listings, ["plugins", "list"], ["plugins", "doctor"], ["plugins", "refresh"], ["plugins", "hooks"])
    kind = random.choice(("tool", "scorer", "persona", "loader", name))
    commands += (["plugin", "new", name, "--kind", kind], ["plugin", "check", "mine", "--offline"], ["tools", "list"])
    return Attempt(door="plugin", files=files, arguments=random.choice(commands))


def try_mcp_client(random: Random, _recorded: Recorded) -> Attempt:
    """What a program says to `moe mcp serve`."""
    lines = b"\n".join(json.dumps({"jsonrpc": "2.0", **said}).encode() for said in _SAID) + b"\n"
    said = spoil_json_line(random, lines) if random.randrange(4) else spoil_bytes(random, lines)
    return Attempt(door="mcp_client", arguments=["mcp", "serve", "--docs", GOOD], stdin=said, is_spawned=True)


def try_mcp_server(random: Random, _recorded: Recorded) -> Attempt:
    """What an MCP server says to moe."""
    lines = b"\n".join(json.dumps({"jsonrpc": "2.0", **answer}).encode() for answer in _ANSWERED)
    lines = spoil_json_line(random, lines) if random.randrange(4) else spoil_bytes(random, lines)
    entry = b"x:\n  mcp:\n    command: [python3, say.py]\n    effects: []\n    timeout_seconds: 5\n"
    files = {"config/tools.yaml": spoil_text(random, entry) if random.randrange(4) == 0 else entry}
    files |= {"said": lines, "say.py": _SAY}
    commands = (["mcp", "accept", "x", "--yes"], ["mcp", "list"], ["tools", "list"], ["tools", "run", "x_look", "a=1"])
    return Attempt(door="mcp_server", files=files, arguments=random.choice((commands[0], *commands)))


def try_batch(random: Random, _recorded: Recorded) -> Attempt:
    """A file of questions, and what an earlier batch may have left."""
    lines = [json.dumps({"question": question, "docs": GOOD}).encode() for question in random.sample(QUESTIONS, 2)]
    suffix, data = random.choice(
        ((".jsonl", b"\n".join(lines)), (".csv", b"question,belter\nWho?,research\n"), (".txt", b"Who?\nWhen?\n"))
    )
    data = spoil_json_line(random, data) if suffix == ".jsonl" and random.randrange(3) else spoil_text(random, data)
    files = {f"x{suffix}": data}
    if random.randrange(3) == 0:
        files["r.jsonl"] = spoil_bytes(random, b'{"line":1,"content":"x","status":"done","answer":"Ada"}\n' * 2)
    options = random.choice(([], ["--fail-fast"], ["--parallel", "2"], ["--retry-failed"]))
    arguments = ["batch", f"x{suffix}", "--docs", "docs", "--out", "r.jsonl", *options]
    return Attempt(door="batch", files=files, arguments=arguments)


def try_chat(random: Random, _recorded: Recorded) -> Attempt:
    """What is said in a chat."""
    words = ("/docs", "/belter", "/why", "/new", "/help", "/", "1", "99", "docs", "research", "and who paid for it?")
    lines = [
        " ".join(random.choice((*words, *ODD_TEXTS, random.choice(QUESTIONS))) for _ in range(random.choice((1, 1, 2))))
        for _ in range(random.choice((1, 2, 4)))
    ]
    said = "\n".join(lines).encode("utf-8", "surrogatepass" if random.randrange(2) else "replace")
    return Attempt(door="chat", arguments=["chat", "--docs", GOOD], stdin=said)


def try_record(random: Random, recorded: Recorded) -> Attempt:
    """A record of runs that is damaged, and names that nothing in it has."""
    data = spoil_bytes(random, recorded.database) if random.randrange(3) else recorded.database
    name = random.choice(("last", "2", "last", *ODD_TEXTS)).replace("\0", "")
    verbs = ("show", "resume", "replay", "cancel", "delete", "retry", "rate")
    looked_up = (*(["runs", verb, name] for verb in verbs), ["run", "And when?", "--docs", GOOD, "--continue"])
    named = (*(["conversations", verb, name] for verb in ("show", "delete", "export")), ["workers", "drain", name])
    made = (["keys", "create", name], ["keys", "revoke", name], ["collections", "add", name, GOOD])
    plain = (["runs", "list"], ["conversations", "list"], ["workers", "list"], ["metrics"], ["keys", "list"])
    arguments = [*random.choice((*looked_up, *named, *made, *plain))]
    return Attempt(door="record", files={".moe/runs.db": data}, arguments=arguments)


DOORS: dict[str, Callable[[Random, Recorded], Attempt]] = {
    function.__name__.removeprefix("try_"): function
    for function in (
        *(try_modelfile, try_config, try_question, try_arguments, try_tool, try_replay, try_document),
        *(try_plugin, try_mcp_client, try_mcp_server, try_batch, try_chat, try_record),
    )
}

_HELLO = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
_CALLS = (("ask", {"question": "Who restored the mill?"}), ("search", {"query": "mill"}), ("explain", {"run_id": "x"}))
_SAID = (
    {"id": 1, "method": "initialize", "params": _HELLO},
    {"method": "notifications/initialized"},
    {"id": 2, "method": "tools/list", "params": {}},
    *(
        {"id": number, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        for number, (name, arguments) in enumerate(_CALLS, start=3)
    ),
)
_LOOK = {
    "name": "look",
    "description": "Looks.",
    "inputSchema": {"type": "object", "properties": {"a": {"type": "string"}}},
}
# Each is the answer to a request: the client asks whether it may discover, begins, lists and calls.
_ANSWERED = (
    {"id": 0, "error": {"code": -32601, "message": "no such method"}},
    {"id": 0, "result": {**_HELLO, "capabilities": {"tools": {}}, "serverInfo": {"name": "x", "version": "1"}}},
    {"id": 0, "result": {"tools": [_LOOK]}},
    {"id": 0, "result": {"content": [{"type": "text", "text": "seen"}], "structuredContent": {"a": 1}}},
)
# Answers the n-th request with the n-th line, whatever it says, as long as there are lines.
_SAY = b"""import json, sys
lines = open("said", "rb").read().split(b"\\n")
for line in sys.stdin.buffer:
    if b'"id"' in line and lines:
        sys.stdout.buffer.write(lines.pop(0).replace(b'"id": 0', b'"id": %d' % json.loads(line)["id"]) + b"\\n")
        sys.stdout.buffer.flush()
"""


def _pick_document(random: Random) -> tuple[str, bytes]:
    """The ending and the bytes of a sound document."""
    if random.randrange(2):
        suffix = random.choice(list(SEEDS))
        return suffix, SEEDS[suffix]()
    path = random.choice([path for path in sorted(HARBOUR.rglob("*")) if path.is_file()])
    return path.suffix, path.read_bytes()


def _pick_options(random: Random, command: click.Command) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Option) and random.randrange(3) == 0:
            yield random.choice((*parameter.opts, *parameter.secondary_opts))
            if not parameter.is_flag:
                yield _pick_value(random)


def _pick_value(random: Random) -> str:
    plain = (
        "Who restored the mill?",
        GOOD,
        "docs",
        "research",
        "search",
        "calculator",
        "extractive",
        "5",
        "0.5",
        "x.json",
    )
    text = random.choice((*plain, *ODD_TEXTS))
    return text.replace("\0", "")  # no process is handed one


def _pick_for(random: Random, wanted: dict[str, Any]) -> Any:
    """A value that may fit a property's schema."""
    if "enum" in wanted and random.randrange(4):
        return random.choice(wanted["enum"])
    kind = wanted.get("type")
    if kind in ("integer", "number") and random.randrange(3):
        return random.choice((0, 1, 2, 3.5, -1, 10, 1e6, 1e18, 2**63, 1e308, 120))
    if kind == "array" and random.randrange(3):
        return [_pick_for(random, wanted.get("items", {})) for _ in range(random.choice((0, 1, 2, 5)))]
    plain = (
        "mill",
        "good.txt",
        "table.csv",
        "2 + 2 * (3 - 1)",
        "15% of 80",
        "SELECT * FROM data",
        "count",
        "http://127.0.0.1:9/",
    )
    return random.choice((*plain, *plain, *ODD_TEXTS, *ODD_VALUES))
