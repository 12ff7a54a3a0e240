"""A faulty server whose good answers carry a run through: one task, one search, one sentence that is cited."""

import json
import re

import model_answers
from faulty_server import FaultyServer
from model_answers import Asked, Said

_PREFERRED = ("research", "search", "document_search")
_QUESTION = re.compile(r"(?:Question|question, for context):\s(.+)")
_EVIDENCE = re.compile(r"^\[([^\]\s]+)\] ((?:.+\n|\n(?!\[))+?)(?=\n\[|-----)", re.MULTILINE)
_SENTENCE = re.compile(r"(?:^|(?<=[.!?] ))(?!#)\W*(\w.*?[.!?])(?= |$)", re.MULTILINE)


class ChainServer(FaultyServer):
    """Plans one task for one agent, searches the documents for the question, quotes the sentence most like it."""

    def say(self, asked: Asked) -> Said:
        properties = asked.schema.get("properties", {}) if isinstance(asked.schema, dict) else {}
        if "tasks" in properties:
            return reply({"tasks": [_plan(properties["tasks"]["items"])]})
        if "calls" in properties:
            calls = properties["calls"]["items"]
            named = [part["properties"]["tool"].get("enum", []) for part in calls.get("anyOf", [calls])]
            tool = _pick({"enum": [name for names in named for name in names]})
            return reply({"calls": [{"tool": tool, "params": {"query": "left from the public appeal for the mill"}}]})
        if "statements" in properties:
            form = {"data": {}} if "data" in properties else {}
            return reply({"statements": _quote("\n".join(asked.texts)), "notes": [], **form})
        return model_answers.say(asked)


def _quote(text: str) -> list[dict]:
    """The sentence of the evidence that shares most words with the question."""
    asked = _QUESTION.findall(text)
    words = set(re.findall(r"\w+", asked[-1].lower())) if asked else set()
    shown = [(name, said) for name, passage in _EVIDENCE.findall(text) for said in _SENTENCE.findall(passage)]
    best = sorted(shown, key=lambda one: -len(words & set(re.findall(r"\w+", one[1].lower()))))[:1]
    return [{"text": said, "evidence": [name]} for name, said in best]


def _plan(item: dict) -> dict:
    who = next(name for name in ("belter", "drummer") if name in item["properties"])
    chosen = _pick(item["properties"][who])
    return {
        "id": "a",
        who: chosen,
        "capability": "",
        "instruction": "How much was left from the public appeal?",
        "depends_on": [],
    }


def _pick(schema: dict) -> str:
    """The name that is preferred, when the schema still says which there are."""
    names = schema.get("enum") or _PREFERRED
    return next((name for name in _PREFERRED if name in names), names[0])


def reply(value: dict) -> Said:
    """An answer in JSON."""
    return Said(text=json.dumps(value), prompt_tokens=400, completion_tokens=30)
