"""Replies in words: statements with [n] marks, plans and tool calls as lines."""

from collections.abc import Iterable, Mapping, Sequence

from moe_core.contracts.evidence import Evidence
from moe_core.contracts.wire import JsonObject, encode_json
from moe_kit.extraction.statements import Quote

NO_MODEL_NOTE = "No language model was used: the sentences above are taken from the documents as they stand."
NO_MODEL_NOT_FOUND_NOTE = "No language model was used: the documents' own sentences were searched."
NOT_FOUND = "Not found in the documents."


def write_quotes(quotes: Sequence[Quote], evidence: Sequence[Evidence]) -> str:
    """One paragraph a quote; [n] is the n-th piece of evidence as it was given, from 1."""
    numbers: dict[str, int] = {}
    for place, item in enumerate(evidence, start=1):
        numbers.setdefault(item.evidence_id, place)
    lines = [f"{quote.text} {''.join(f'[{numbers[name]}]' for name in quote.evidence_ids)}" for quote in quotes]
    return "\n\n".join(lines) if lines else NOT_FOUND


def write_answer(quotes: Sequence[Quote], evidence: Sequence[Evidence]) -> str:
    """The quotes, and the plain statement that no language model wrote anything."""
    return f"{write_quotes(quotes, evidence)}\n\n{NO_MODEL_NOTE if quotes else NO_MODEL_NOT_FOUND_NOTE}"


def write_tasks(tasks: Iterable[Mapping[str, object]], pick: str) -> str:
    """One line a task: who does what."""
    return "\n".join(f"{task['id']}: {task[pick]}: {task['instruction']}" for task in tasks)


def write_calls(calls: Iterable[Mapping[str, object]]) -> str:
    """One line a tool call."""
    return "\n".join(f"{call['tool']} {encode_json(call['params']).decode()}" for call in calls)


def write_data(data: JsonObject) -> str:
    """A filled schema as JSON text."""
    return encode_json(data).decode()
