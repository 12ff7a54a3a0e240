"""What structured output brings, and what it costs: a real llama.cpp server with a tiny model that knows nothing.

    python benchmarks/structured_parts.py [--seeds 30]

First the share of valid objects, for each of the formats that a run asks for:
    bare        the schema only in the prompt, the reply read with json.loads
    mended      the same replies through the parser: reasoning, fences and prose away, repaired
    whole       the whole schema sent with the call, json.loads
    lowered     the schema cut down to what the server enforces, json.loads
    mechanism   moe.asking.structured, three attempts; with the calls it took an object
Then microseconds of each part, the median of many.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from moe.asking.json.lowering import lower_schema
from moe.asking.json.parsing import parse_object
from moe.asking.json.problems import ReplyError
from moe.asking.structured import ask_structured
from moe.contracts.models import StructuredCounts
from moe.running.formats import calls_format, claims_format, plan_format
from moe_core.contracts.errors import InvalidOutputError
from moe_core.contracts.messages import Choice, Grounding, Message, ModelReply, ModelRequest, Purpose
from moe_core.schemas.validator import SchemaValidator, get_validator
from moe_core.text.token_estimate import estimate_tokens
from moe_kit.serving.dialects import LLAMA_SCHEMA

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "servers"))
from llama_server import LlamaServer

RESPONSE = {
    "type": "object",
    "properties": {
        "summary": {"type": "string", "minLength": 1},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "dates": {"type": "array", "items": {"type": "string", "format": "date"}, "uniqueItems": True},
        "kind": {"enum": ["lease", "sale", None]},
        "source": {"type": "object", "properties": {"page": {"type": "integer", "exclusiveMinimum": 0}}},
    },
    "required": ["summary", "confidence", "kind"],
}
FORMATS = {
    "plan": plan_format("belter", ["research", "document", "analysis"]),
    "calls": calls_format([Choice(name="search"), Choice(name="calculate")]),
    "claims": claims_format(None, evidence=2),
    "claims and data": claims_format(RESPONSE, evidence=2),
}
REQUEST = ModelRequest(
    model="tiny",
    messages=(Message(role="user", content="Who designed the lighthouse, and when was it built?"),),
    grounding=Grounding(purpose=Purpose.EXECUTE, question=""),
    parameters={"num_predict": 400},
)


class Server:
    """The chat endpoint, with a new seed for every call."""

    def __init__(self, url: str) -> None:
        self.client = httpx.AsyncClient(base_url=url, timeout=60)
        self.seed = 0

    async def ask(self, request: ModelRequest, schema: Any) -> ModelReply:
        self.seed += 1
        body = {
            "messages": [{"role": message.role, "content": message.content} for message in request.messages],
            "max_tokens": request.parameters["num_predict"],
            "seed": self.seed,
        }
        if schema:
            body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
        answer = await self.client.post("/v1/chat/completions", json=body)
        if answer.status_code != 200:
            raise InvalidOutputError(answer.json()["error"]["message"])
        choice = answer.json()["choices"][0]
        return ModelReply(text=choice["message"]["content"] or "", finish_reason=choice["finish_reason"])


async def text_of(server: Server, schema: Any) -> str:
    try:
        return (await server.ask(REQUEST, schema)).text
    except InvalidOutputError:
        return ""


def is_valid(text: str, validator: SchemaValidator, parse: Callable[[str], Any]) -> bool:
    try:
        return validator.is_valid(parse(text))
    except (ValueError, ReplyError):
        return False


async def measure(server: Server, wanted: Any, seeds: int) -> list[str]:
    validator = get_validator(wanted.schema)
    lowered = lower_schema(wanted.schema, LLAMA_SCHEMA)
    shares = []
    bare = [await text_of(server, None) for _ in range(seeds)]
    shares.append(sum(is_valid(text, validator, json.loads) for text in bare))
    shares.append(sum(is_valid(text, validator, lambda text: parse_object(text).value) for text in bare))
    for schema in (wanted.schema, lowered):
        texts = [await text_of(server, schema) for _ in range(seeds)]
        shares.append(sum(is_valid(text, validator, json.loads) for text in texts))
    counts: list[StructuredCounts] = []
    for _ in range(seeds):
        try:
            await ask_structured(
                server.ask, REQUEST, wanted.written, support=LLAMA_SCHEMA, read=dict, on_counts=counts.append
            )
        except InvalidOutputError:
            continue
    total = sum(counts, StructuredCounts())
    shares.append(total.asked - total.failed)
    return [*(f"{100 * share / seeds:.0f} %" for share in shares), f"{total.calls / seeds:.2f}"]


def clock(run: Callable[[], Any], rounds: int = 300) -> str:
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return f"{statistics.median(times) * 1e6:10.1f} us"


async def show_parts() -> None:
    schema = FORMATS["claims"].schema
    value = {"statements": [{"text": "Ada Brook designed it. " * 4, "evidence": ["e1"]}] * 6, "notes": []}
    text = json.dumps(value)
    validator = SchemaValidator(schema)
    broken = f"<think>hm</think>\n```json\n{text[:-2].replace('[', '[ ', 3)},]}}\n```"
    prose = "The lighthouse was built in 1871 and designed by Ada Brook, who came from the islands. " * 50
    fresh = iter(range(10**6))
    print("valid object", clock(lambda: validator.find_errors(value)))
    print("one error   ", clock(lambda: validator.find_errors({**value, "notes": 1})))
    print("parse sound ", clock(lambda: parse_object(text)))
    print("parse broken", clock(lambda: parse_object(broken)))
    print("lower, new  ", clock(lambda: lower_schema({**schema, "title": str(next(fresh))}, LLAMA_SCHEMA)))
    print("lower, known", clock(lambda: lower_schema(schema, LLAMA_SCHEMA)))
    print(f"estimate {len(prose)} characters", clock(lambda: estimate_tokens(prose)))
    reply = ModelReply(text="", data=value)
    loops = 500

    async def ask(request: ModelRequest, schema: Any) -> ModelReply:
        return reply

    begun = time.process_time()
    for _ in range(loops):
        await ask_structured(ask, REQUEST, FORMATS["claims"].written, support=None, read=FORMATS["claims"].read)
    print(f"whole mechanism with ready data {(time.process_time() - begun) / loops * 1e6:10.1f} us of CPU")


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=30)
    seeds = parser.parse_args().seeds
    with tempfile.TemporaryDirectory() as folder:
        llama = LlamaServer(Path(folder))
        server = Server(llama.url)
        try:
            print(
                f"{'valid of ' + str(seeds):18}",
                *(f"{name:>10}" for name in ("bare", "mended", "whole", "lowered", "mechanism", "calls")),
            )
            for name, wanted in FORMATS.items():
                print(f"{name:18}", *(f"{share:>10}" for share in await measure(server, wanted, seeds)), flush=True)
        finally:
            await server.client.aclose()
            llama.stop()
    await show_parts()


if __name__ == "__main__":
    asyncio.run(main())
