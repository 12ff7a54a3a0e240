"""What a tool returned, as one object, whichever way it said it."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from pydantic import BaseModel

from moe_core.contracts.tool_result import ToolResult
from moe_core.contracts.wire import JsonObject


def take_answer(answer: object) -> JsonObject:
    """The object that stands for a `ToolResult`, dict, text, dataclass or pydantic model.

    Raises:
        TypeError: It is something else; the message says what.
        ValueError: A `ToolResult` says one thing twice.
    """
    if isinstance(answer, ToolResult):
        return answer.to_object()
    if isinstance(answer, str):
        return {"text": answer}
    if isinstance(answer, BaseModel):
        return answer.model_dump()
    if isinstance(answer, Mapping):
        return dict(answer)
    if is_dataclass(answer) and not isinstance(answer, type):
        return {field.name: getattr(answer, field.name) for field in fields(answer)}
    kind = "nothing" if answer is None else type(answer).__name__
    raise TypeError(f"{kind}, not a ToolResult, a dict or text")
