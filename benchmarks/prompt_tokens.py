"""Prompt tokens a question in full mode, by step, and whether the answer cites its gold.

    python benchmarks/prompt_tokens.py [DOCUMENTS QUESTIONS.jsonl] [--first 58] [--mode full] [--comments]

By default over examples/. The model is a stand-in: a provider that passes for a language model and answers by rule from
a request's grounding, so that runs go through the whole chain and differ in nothing but what is sent. Its prompts are
those that a language model would get, and their tokens are estimated (moe_core.text.token_estimate) from the messages,
the schema that goes beside them not counted, since servers that enforce one do not read it. QUESTIONS holds
{"question", "gold": [...]} a line, as benchmarks/cited_gold.py reads it.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

import anyio

from moe.app import App
from moe.contracts.request import RunRequest
from moe_core.contracts.event import Event
from moe_core.contracts.model_payloads import ModelAnswered

ROOT = Path(__file__).parent.parent

STAND_IN = '''
from moe_core import Health, ModelProvider, ModelReply, Usage, hookimpl
from moe_core.contracts.model import SchemaSupport
from moe_core.text.token_estimate import estimate_tokens
from moe_kit.extraction.replies import build_reply
from moe_kit.serving.dialects import LLAMA_SCHEMA


class StandIn(ModelProvider):
    """Passes for a language model."""

    name = "standin"
    summary = "Passes for a language model"
    serves_any_model = True

    async def generate(self, request):
        return ModelReply(text="Nothing to say.", usage=self._count(request, "Nothing to say."))

    async def generate_structured(self, request, schema):
        reply = build_reply(request.grounding, _loosen(schema))
        return ModelReply(text=reply.text, data=reply.data, usage=self._count(request, reply.text))

    def _count(self, request, text):
        prompt = sum(round(estimate_tokens(message.content)) for message in request.messages)
        return Usage(prompt_tokens=prompt, completion_tokens=round(estimate_tokens(text)), requests=1)

    async def max_context_tokens(self, model):
        return 16384

    async def schema_support(self, model) -> SchemaSupport:
        return LLAMA_SCHEMA

    async def health(self):
        return Health(ok=True, detail="stands in")

    async def models(self):
        return ["standin"]


def _loosen(schema):
    """Without what would refuse the documents' own long sentences and ids: this one quotes them."""
    if isinstance(schema, list):
        return [_loosen(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if (schema.get("enum") or [""])[0] == "E1":
        return {"type": "string"}
    return {name: _loosen(part) for name, part in schema.items() if name != "maxLength"}


@hookimpl
def moe_model_providers():
    return [StandIn]
'''


class Steps:
    """Prompt tokens and calls by step."""

    def __init__(self) -> None:
        self.tokens: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()

    def __call__(self, event: Event) -> None:
        if "failed" in str(event.kind) or "invalid" in str(event.kind):
            print(event.data, file=sys.stderr)
        if isinstance(event.data, ModelAnswered) and event.data.provider == "standin":
            self.tokens[event.data.purpose] += event.data.prompt_tokens
            self.calls[event.data.purpose] += 1


async def measure(documents: str, questions: Path, first: int, mode: str, has_comments: bool) -> None:
    """Run the questions and print the table."""
    rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()][:first]
    steps, most, cited, whole, asked = Steps(), 0, 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        plugin = Path(folder) / "standin.py"
        plugin.write_text(STAND_IN, encoding="utf-8")
        settings: dict[str, str | bool] = {"system.provider": "standin", **({"system.mode": mode} if mode else {})}
        settings |= {"experts.comments": True} if has_comments else {}
        app = App.open(Path(folder), environ={"MOE_TRUST": "/", "MOE_PLUGIN_PATH": str(plugin)}, overrides=settings)
        library = app.open_library([documents])
        for row in rows:
            before = steps.tokens.total()
            result = await app.run(RunRequest(question=row["question"]), library=library, on_event=steps)
            if result.error is not None:
                print(result.error, file=sys.stderr)
            most = max(most, steps.tokens.total() - before)
            gold = set(row["gold"])
            if gold:
                ids = {
                    name.removeprefix(f"{documents.rstrip('/')}/")
                    for c in result.citations
                    for name in (c.document, c.passage_id)
                }
                asked, cited, whole = asked + 1, cited + bool(ids & gold), whole + (gold <= ids)
    print(f"{'step':14}{'tokens a question':>20}{'calls a question':>18}")
    for step, tokens in steps.tokens.most_common():
        print(f"{step:14}{tokens / len(rows):20.0f}{steps.calls[step] / len(rows):18.2f}")
    print(f"{'all':14}{steps.tokens.total() / len(rows):20.0f}{steps.calls.total() / len(rows):18.2f}")
    found = f"a citation is gold {100 * cited / asked:.0f} %, all gold is cited {100 * whole / asked:.0f} %"
    print(f"largest question {most}; {found}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("documents", nargs="?", default=str(ROOT / "examples" / "harbour"))
    parser.add_argument("questions", nargs="?", type=Path, default=ROOT / "examples" / "questions.jsonl")
    parser.add_argument("--first", type=int, default=100)
    parser.add_argument("--mode", default="")
    parser.add_argument("--comments", action="store_true", help="experts comment on what they found")
    options = parser.parse_args()
    anyio.run(measure, options.documents, options.questions, options.first, options.mode, options.comments)


if __name__ == "__main__":
    main()
