"""How a tool's `execute` takes its parameters, read from its signature."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from functools import lru_cache, partial
from typing import Any, Literal

import anyio.to_thread
import msgspec
from pydantic import BaseModel, ConfigDict, TypeAdapter, create_model

from moe_core.contracts.tool import BaseTool
from moe_core.contracts.tool_context import ToolContext
from moe_core.contracts.wire import JsonObject
from moe_core.schemas.parameters import CallShapeError
from moe_core.schemas.signature_fields import make_field, read_descriptions


class CallShape(msgspec.Struct, frozen=True, kw_only=True):
    """How `execute` is called.

    Attributes:
        form: One dict, one checked value, or a parameter a field.
        schema: JSON Schema of the parameters.
        is_checked: Whether `check` holds parameters to the schema itself.
        check: The parameters as arguments by name; raises pydantic's `ValidationError`.
        context_name: The parameter that takes the context, or "".
    """

    form: Literal["dict", "value", "fields"]
    schema: JsonObject
    is_checked: bool
    check: Callable[[Mapping[str, Any]], dict[str, Any]]
    context_name: str = ""

    async def call(self, tool: BaseTool, arguments: Mapping[str, Any], context: ToolContext) -> object:
        """Call `execute` with checked arguments; one that is not asynchronous runs in a thread.

        Whoever gives up waiting for a thread leaves it running: the context says that it was given up.
        """
        given = {**arguments, self.context_name: context} if self.context_name else dict(arguments)
        ready = tool if self.context_name or self.form != "dict" else tool.within(context)
        try:
            if _is_plain(type(tool)):
                work = partial(ready.execute, **given)
                made: object = await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
            else:
                made = ready.execute(**given)
            return await made if inspect.isawaitable(made) else made
        except anyio.get_cancelled_exc_class():
            context.cancellation.set()
            raise


@lru_cache(maxsize=256)  # bounded: a class that was loaded anew leaves its old one here
def read_call_shape(tool: type[BaseTool]) -> CallShape:
    """The shape of a tool's calls.

    Raises:
        CallShapeError: The signature cannot be read, or takes parameters without a name.
    """
    own, context_name = _split_context(_read_parameters(tool))
    if len(own) == 1:
        only = own[0]
        model = tool.Params if only.name == "params" and not _is_model(only.annotation) else only.annotation
        if only.name == "params" and model is tool.Params and not _is_model(only.annotation):
            return _shape_dict(tool, context_name)
        if _is_model(model):
            return _shape_value(only.name, model, context_name)
    return _shape_fields(tool, own, context_name)


def _is_plain(tool: type[BaseTool]) -> bool:
    return inspect.isfunction(tool.execute) and not inspect.iscoroutinefunction(inspect.unwrap(tool.execute))


def _read_parameters(tool: type[BaseTool]) -> list[inspect.Parameter]:
    function = inspect.unwrap(tool.execute)
    names = {**getattr(function, "__globals__", {}), **vars(tool)}
    try:
        signature = inspect.signature(function, eval_str=True, globals=names)
    except NameError as error:
        raise CallShapeError(f"execute is annotated with {error.name}, which its module does not know") from error
    except Exception as error:
        raise CallShapeError(f"execute has a signature that cannot be read: {type(error).__name__}") from error
    parameters = list(signature.parameters.values())
    return parameters if isinstance(inspect.getattr_static(tool, "execute"), staticmethod) else parameters[1:]


def _split_context(parameters: list[inspect.Parameter]) -> tuple[list[inspect.Parameter], str]:
    own = [one for one in parameters if not _takes_context(one)]
    context = [one.name for one in parameters if _takes_context(one)]
    unnamed = [one for one in own if one.kind is not one.POSITIONAL_OR_KEYWORD and one.kind is not one.KEYWORD_ONLY]
    if unnamed:
        raise CallShapeError(f"execute takes {str(unnamed[0]).partition(':')[0]}, which no schema can tell")
    return own, context[0] if context else ""


def _takes_context(parameter: inspect.Parameter) -> bool:
    return parameter.annotation is ToolContext or (
        parameter.name == "context" and parameter.annotation is inspect.Parameter.empty
    )


def _is_model(annotation: object) -> bool:
    return isinstance(annotation, type) and (issubclass(annotation, BaseModel) or is_dataclass(annotation))


def _shape_dict(tool: type[BaseTool], context_name: str) -> CallShape:
    declared = tool.Params
    if declared is None:
        return CallShape(
            form="dict",
            schema={"type": "object"},
            is_checked=False,
            check=lambda params: {"params": dict(params)},
            context_name=context_name,
        )
    return CallShape(
        form="dict",
        schema=declared.model_json_schema(),
        is_checked=True,
        check=lambda params: {"params": dict(declared.model_validate(dict(params)).model_dump())},
        context_name=context_name,
    )


def _shape_value(name: str, model: Any, context_name: str) -> CallShape:
    strict = model
    if not issubclass(model, BaseModel):  # a dataclass of its own that is as strict as parameters by name are
        strict = type(model.__name__, (model,), {"__pydantic_config__": ConfigDict(extra="forbid")})
    adapter: TypeAdapter[Any] = TypeAdapter(strict)
    return CallShape(
        form="value",
        schema=adapter.json_schema(),
        is_checked=True,
        check=lambda params: {name: adapter.validate_python(dict(params))},
        context_name=context_name,
    )


def _shape_fields(tool: type[BaseTool], own: list[inspect.Parameter], context_name: str) -> CallShape:
    words = read_descriptions(inspect.getdoc(tool.execute) or "")
    fields: dict[str, Any] = {one.name: make_field(one, words.get(one.name)) for one in own}
    try:
        config = ConfigDict(extra="forbid", protected_namespaces=())
        model: type[BaseModel] = create_model(f"{tool.__name__}Params", __config__=config, **fields)
        schema = model.model_json_schema()
    except Exception as error:
        raise CallShapeError(f"execute has parameters that give no JSON schema: {type(error).__name__}") from error

    def check(params: Mapping[str, Any]) -> dict[str, Any]:
        made = model.model_validate(dict(params))
        return {one.name: getattr(made, one.name) for one in own}

    return CallShape(form="fields", schema=schema, is_checked=True, check=check, context_name=context_name)
