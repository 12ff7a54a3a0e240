"""Checking one thing that a plugin offers, and naming it as an entry."""

import inspect
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args

from moe_core.contracts.agent import AgentSpec, Role
from moe_core.contracts.discovery import WorkerRegister
from moe_core.contracts.effect import Effect
from moe_core.contracts.errors import PluginError
from moe_core.contracts.executor import Executor
from moe_core.contracts.loader import Loader
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.persona import Persona
from moe_core.contracts.plugin import Entry, Kind, PluginSource
from moe_core.contracts.retriever import Retriever
from moe_core.contracts.scorer import Scorer
from moe_core.contracts.tool import BaseTool, Repeats, describe_tool
from moe_core.contracts.transports import Transport
from moe_core.contracts.traversal import TraversalStrategy
from moe_core.contracts.wire import JsonObject, encode_json
from moe_core.schemas.own_settings import SettingsShapeError, get_settings_schema
from moe_core.schemas.parameters import CallShapeError, get_parameter_schema

BASES: Mapping[Kind, type] = {
    Kind.TOOL: BaseTool,
    Kind.MODEL_PROVIDER: ModelProvider,
    Kind.TRAVERSAL: TraversalStrategy,
    Kind.SCORER: Scorer,
    Kind.RETRIEVER: Retriever,
    Kind.LOADER: Loader,
    Kind.EXECUTOR: Executor,
    Kind.TRANSPORT: Transport,
    Kind.DISCOVERY: WorkerRegister,
}
_WITH_SETTINGS = (Kind.RETRIEVER, Kind.TRAVERSAL, Kind.SCORER)
_TOOL_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


def make_entry(kind: Kind, offered: object, source: PluginSource, *, name: str = "", category: str = "") -> Entry[Any]:
    """Check what a plugin offers, and make it an entry.

    Args:
        kind: What it is offered as.
        offered: The class, or the persona.
        source: Who offers it.
        name: The name to register it under, in place of its own.
        category: For a tool that declares none.

    Raises:
        PluginError: It breaks its contract; the hint says how to mend it.
    """
    if kind is Kind.PERSONA:
        return _make_persona_entry(offered, source)
    cls = _check_class(kind, offered, source)
    if kind is Kind.TOOL:
        return _make_tool_entry(cls, source, name=name, category=category)
    own = _read_text(cls, "name", source)
    if not own and not name:
        raise _refusal(source, f"{cls.__name__} has no name", f'give it one: name = "{cls.__name__.lower()}"')
    return Entry(
        kind=kind,
        name=_check_name(name or own, _NAME, cls.__name__, source),
        offered=cls,
        source=source,
        summary=_first_line(_read_text(cls, "summary", source) or cls.__doc__ or ""),
        capabilities=tuple(cls.schemes) if issubclass(cls, Transport | WorkerRegister) else (),
        schema=_read_settings(cls, source) if kind in _WITH_SETTINGS else {},
    )


def make_agent_entry(agent: AgentSpec, source: PluginSource) -> Entry[AgentSpec]:
    """Make an agent an entry of its role.

    Raises:
        PluginError: Its name is none.
    """
    return Entry(
        kind=Role(agent.role),
        name=_check_name(agent.name, _NAME, f"the {agent.role}", source),
        offered=agent,
        source=source,
        summary=_first_line(agent.description),
        capabilities=agent.capabilities,
        schema=agent.inputs,
    )


def is_offer(value: object, kind: Kind) -> bool:
    """Whether the value is a class of that kind, the kind's own base apart."""
    base = BASES.get(kind)
    return base is not None and isinstance(value, type) and value is not base and base in value.__mro__


def list_missing(cls: type) -> list[str]:
    """The abstract methods that a class leaves open, sorted."""
    return sorted(getattr(cls, "__abstractmethods__", ()))


def _check_class(kind: Kind, offered: object, source: PluginSource) -> type[Any]:
    base = BASES[kind]
    if not isinstance(offered, type):
        if isinstance(offered, base):
            hint = f"return the class itself: {type(offered).__name__} without brackets"
            raise _refusal(source, f"offers an instance of {type(offered).__name__} where a class is needed", hint)
        hint = f"return subclasses of {base.__name__}"
        raise _refusal(source, f"offers {_show(offered)} as a {_spoken(kind)}", hint)
    if not is_offer(offered, kind):
        raise _refusal(
            source,
            f"{offered.__name__} is no subclass of {base.__name__}",
            f"derive it: class {offered.__name__}({base.__name__})",
        )
    missing = list_missing(offered)
    if missing:
        raise _refusal(
            source,
            f"{offered.__name__} does not define {' and '.join(missing)}",
            f"add {' and '.join(f'def {name}' for name in missing)}",
        )
    try:
        inspect.signature(offered).bind()
    except TypeError:
        hint = "give every argument of __init__ a default"
        raise _refusal(source, f"{offered.__name__} cannot be made without arguments", hint) from None
    except ValueError:
        pass  # No signature to read; making one will tell.
    return offered


def _make_tool_entry(cls: type[BaseTool], source: PluginSource, *, name: str, category: str) -> Entry[type[BaseTool]]:
    _read_text(cls, "name", source)
    _read_text(cls, "summary", source)
    _read_text(cls, "description", source)
    _check_repeats(cls, source)
    own_name, summary = describe_tool(cls)
    return Entry(
        kind=Kind.TOOL,
        name=_check_name(name or own_name, _TOOL_NAME, cls.__name__, source),
        offered=cls,
        source=source,
        summary=summary,
        category=_read_text(cls, "category", source) or category,
        capabilities=_read_words(cls, "capabilities", source),
        effects=_read_effects(cls, source),
        asks_first=_read_asks_first(cls, source),
        schema=_read_schema(cls, source),
    )


def _make_persona_entry(offered: object, source: PluginSource) -> Entry[Persona]:
    if not isinstance(offered, Persona):
        raise _refusal(source, f"offers {_show(offered)} as a persona", "return Persona(name=...) values")
    return Entry(
        kind=Kind.PERSONA,
        name=_check_name(offered.name, _NAME, "a persona", source),
        offered=offered,
        source=source,
        summary=_first_line(offered.description),
        capabilities=offered.expertise,
    )


def _read_schema(cls: type[BaseTool], source: PluginSource) -> JsonObject:
    try:
        schema = get_parameter_schema(cls)
        encode_json(schema)
    except CallShapeError as error:
        hint = "write: execute(self, city: str, days: int = 2)"
        raise _refusal(source, f"{cls.__name__}.{error}", hint) from error
    except Exception as error:
        hint = "make Params a pydantic model"
        raise _refusal(source, f"{cls.__name__}.Params gives no JSON schema: {type(error).__name__}", hint) from error
    return schema


def _read_settings(cls: type, source: PluginSource) -> JsonObject:
    try:
        schema = get_settings_schema(cls)
        encode_json(schema)
    except (SettingsShapeError, TypeError) as error:
        hint = "write: __init__(self, *, width: int = 4)"
        raise _refusal(source, f"{cls.__name__}.{error}", hint) from error
    return schema


def _read_text(cls: type, attribute: str, source: PluginSource) -> str:
    value = getattr(cls, attribute)
    if not isinstance(value, str):
        raise _refusal(
            source, f"{cls.__name__}.{attribute} is {_show(value)}", f'write it as text: {attribute} = "..."'
        )
    return value


def _read_words(cls: type, attribute: str, source: PluginSource) -> tuple[str, ...]:
    value = getattr(cls, attribute)
    if isinstance(value, str) or not isinstance(value, tuple | list | frozenset | set):
        raise _refusal(
            source, f"{cls.__name__}.{attribute} is {_show(value)}", f'write a tuple: {attribute} = ("...",)'
        )
    words = sorted(value, key=str) if isinstance(value, frozenset | set) else list(value)
    if not all(isinstance(word, str) for word in words):
        raise _refusal(source, f"{cls.__name__}.{attribute} holds more than text", "write a tuple of words")
    return tuple(words)


def _check_repeats(cls: type[BaseTool], source: PluginSource) -> None:
    if cls.repeats not in get_args(Repeats):
        hint = f"write one of {', '.join(get_args(Repeats))}"
        raise _refusal(source, f"{cls.__name__}.repeats is {_show(cls.repeats)}", hint)
    limit = cls.timeout_seconds
    if limit is not None and not (isinstance(limit, int | float) and limit > 0):
        hint = "write a number of seconds above 0, or None"
        raise _refusal(source, f"{cls.__name__}.timeout_seconds is {_show(limit)}", hint)


def _read_effects(cls: type[BaseTool], source: PluginSource) -> tuple[Effect, ...]:
    if cls.effects is None:
        return tuple(Effect)
    known = [str(effect) for effect in Effect]
    for word in _read_words(cls, "effects", source):
        if word not in known:
            near = get_close_matches(word.lower(), known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
            raise _refusal(source, f"{cls.__name__}.effects names {_show(word)}, which is no effect", hint)
    return tuple(dict.fromkeys(Effect(word) for word in cls.effects))


def _read_asks_first(cls: type[BaseTool], source: PluginSource) -> bool:
    if not isinstance(cls.asks_first, bool):
        raise _refusal(source, f"{cls.__name__}.asks_first is {_show(cls.asks_first)}", "write True or False")
    return cls.asks_first


def _check_name(name: object, pattern: re.Pattern[str], what: str, source: PluginSource) -> str:
    if not isinstance(name, str) or not pattern.fullmatch(name):
        allowed = (
            "lower-case letters, digits and _, starting with a letter"
            if pattern is _TOOL_NAME
            else "letters, digits and any of _ . -, starting with a letter"
        )
        raise _refusal(source, f"{what} has the name {_show(name)}, which cannot be used", f"use {allowed}")
    return name


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0].strip() if lines else ""


def _show(value: object) -> str:
    """The value, or for a foreign object only its type: its `__repr__` is the plugin's code."""
    plain = str | int | float | bool | None
    shown = repr(value) if isinstance(value, plain) else f"a value of type {type(value).__name__}"
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _spoken(kind: Kind) -> str:
    return kind.replace("_", " ")


def _refusal(source: PluginSource, message: str, hint: str) -> PluginError:
    return PluginError(message, plugin=source.plugin, reason="contract", hint=hint)
