"""A faulty server whose good answers carry a run through the chain: one task, one search, one statement that cites."""

import json
import re

import model_answers
from faulty_server import FaultyServer
from model_answers import Asked, Said

STATEMENT = "The record says so."
_PREFERRED = ("research", "search", "document_search")
_EVIDENCE = re.compile(r"^\[([^\]\s]+)\] ", re.MULTILINE)


class ChainServer(FaultyServer):
    """Plans one task for one agent, searches the documents for the question, cites the first passage it is shown."""

    def say(self, asked: Asked) -> Said:
        properties = asked.schema.get("properties", {}) if isinstance(asked.schema, dict) else {}
        if "tasks" in properties:
            return reply({"tasks": [_plan(properties["tasks"]["items"])]})
        if "calls" in properties:
            calls = properties["calls"]["items"]
            named = [part["properties"]["tool"].get("enum", []) for part in calls.get("anyOf", [calls])]
            tool = _pick({"enum": [name for names in named for name in names]})
            return reply({"calls": [{"tool": tool, "params": {"query": "mill survey gable"}}]})
        if "statements" in properties:
            cited = _EVIDENCE.findall("\n".join(asked.texts))[:1]
            statements = [{"text": STATEMENT, "evidence": cited}] if cited else []
            form = {"data": {}} if "data" in properties else {}
            return reply({"statements": statements, "notes": [], **form})
        return model_answers.say(asked)


def _plan(item: dict) -> dict:
    who = next(name for name in ("belter", "drummer") if name in item["properties"])
    chosen = _pick(item["properties"][who])
    return {"id": "a", who: chosen, "capability": "", "instruction": "Which gable leaned most?", "depends_on": []}


def _pick(schema: dict) -> str:
    """The name that is preferred, when the schema still says which there are."""
    names = schema.get("enum") or _PREFERRED
    return next((name for name in _PREFERRED if name in names), names[0])


def reply(value: dict) -> Said:
    """An answer in JSON."""
    return Said(text=json.dumps(value), prompt_tokens=400, completion_tokens=30)
