"""Running tools: parameters checked, time limited, failures as values, events told."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from typing import Any

import anyio
import msgspec
from pydantic import ValidationError

from moe.contracts.misfits import describe_misfit
from moe.running.tools.call_context import CallOrigin, make_call_context
from moe.running.tools.instances import ToolInstances, open_tools
from moe.running.tools.plain_result import take_plain
from moe.running.tools.progress_relay import ProgressRelay
from moe_core.contracts.effect import Effect
from moe_core.contracts.errors import MoeError, ToolError, ToolParamsError
from moe_core.contracts.evidence import Evidence, Library
from moe_core.contracts.location import Location
from moe_core.contracts.outgoing import SendingListener, watch_sendings
from moe_core.contracts.plugin import Entry
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.tool_context import ToolContext, ignore_progress
from moe_core.contracts.wire import JsonObject, from_wire
from moe_core.loading.config.layers import overlay_settings
from moe_core.schemas.call_shape import read_call_shape
from moe_core.schemas.validator import get_validator


class ToolOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a tool returned, or why it did not.

    Attributes:
        error: Why it failed.
        comments: What experts said of what it found, for whoever reads that.
        refusal: Why it was not used, for it is off in this run.
        is_skipped: A person decided that it is not called; `error` says who.
        locations: Points on the Earth that it worked with, beside those of its evidence.
    """

    tool: str
    params: Mapping[str, Any]
    result: JsonObject
    evidence: tuple[Evidence, ...] = ()
    error: str | None = None
    refusal: str = ""
    is_skipped: bool = False
    comments: tuple[JsonObject, ...] = ()
    locations: tuple[Location, ...] = ()


async def run_tool(
    entry: Entry[type[BaseTool]],
    params: Mapping[str, Any],
    *,
    library: Library | None = None,
    settings: JsonObject | None = None,
    deadline: float | None = None,
    origin: CallOrigin | None = None,
    instances: ToolInstances | None = None,
    on_sending: SendingListener | None = None,
    on_progress: Callable[[str], None] | None = None,
) -> JsonObject:
    """Run one tool on checked parameters.

    Args:
        settings: The modelfile's; the configuration's stand under them.
        deadline: Unix time in seconds.
        origin: Which task makes the call.
        instances: The run's; without them the tool is opened and closed for this call.
        on_sending: Told of each request that it makes by the kit, before it is made.
        on_progress: Told of what it reports, in the event loop.

    Raises:
        ToolError: The parameters do not fit, the tool failed, ran out of time or returned what JSON cannot carry.
    """
    arguments = check_params(entry, params)
    relay = ProgressRelay(on_progress or ignore_progress)
    context = make_call_context(
        entry,
        params,
        library=library,
        settings=overlay_settings(entry.settings, settings or {}),
        deadline=deadline,
        origin=origin or CallOrigin(),
        on_progress=relay,
    )
    watching = watch_sendings(entry.name, is_declared=Effect.NET in entry.effects, listener=on_sending)
    with _as_tool_errors(entry, context):
        async with AsyncExitStack() as stack:
            stack.enter_context(anyio.fail_after(context.seconds_left))
            stack.enter_context(watching)
            stack.callback(relay.close)
            served = instances if instances is not None else await stack.enter_async_context(open_tools())
            tool = await served.get(entry)
            answer = await read_call_shape(entry.value).call(tool, arguments, context)
    return take_plain(entry, answer, mask=context.secrets.mask)


@contextmanager
def _as_tool_errors(entry: Entry[type[BaseTool]], context: ToolContext) -> Iterator[None]:
    """Whatever the plugin raises becomes a `ToolError` of one line, without the keys that it has read."""
    try:
        yield
    except MoeError as error:
        if isinstance(error, ToolError) and not error.tool:
            error.tool = entry.name
        error.message = context.secrets.mask(error.message)
        raise
    except TimeoutError as error:
        raise ToolError(f"tool {entry.name} ran out of time", tool=entry.name, retryable=True) from error
    except (Exception, SystemExit, KeyboardInterrupt) as error:  # a plugin's own fault must end as one line
        raise ToolError(
            f"tool {entry.name} failed: {context.secrets.mask(_word_failure(error))}",
            tool=entry.name,
            hint=f"it comes from {entry.source.location}",
        ) from error


def _word_failure(error: BaseException) -> str:
    """What a plugin raised, on one line; its `__str__` may itself be broken."""
    if isinstance(error, SystemExit):
        return f"it called exit({'' if error.code is None else repr(error.code)})"
    try:
        words = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - the plugin boundary: the plugin's own exception class
        words = ""
    name = type(error).__name__
    return f"{name}: {words}" if words else name


def check_params(entry: Entry[type[BaseTool]], params: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the tool's `execute`, checked and defaults filled in.

    Raises:
        ToolParamsError: The parameters do not fit its schema; the first misfit is named.
    """
    hint = f"moe tools show {entry.name} lists its parameters"
    shape = read_call_shape(entry.value)
    if not shape.is_checked:
        misfit = get_validator(entry.schema).find_first(dict(params))
        if misfit is not None:
            raise ToolParamsError(f"tool {entry.name}: {misfit}", tool=entry.name, hint=hint)
    try:
        return shape.check(params)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the parameters"
        told = f"tool {entry.name}: {place} {describe_misfit(first)}"
        raise ToolParamsError(told, tool=entry.name, hint=hint) from error


def take_evidence(result: JsonObject) -> tuple[Evidence, ...]:
    """The evidence that a tool's result offers; malformed entries are left out."""
    offered = result.get("evidence", ())
    found = []
    for item in offered if isinstance(offered, list | tuple) else ():
        try:
            found.append(from_wire(Evidence, item))
        except ValueError:
            continue
    return tuple(found)
