"""From a modelfile's commands to the agent that they declare."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from moe_core.contracts.agent import AgentSpec, Fallback, Role, ToolUse
from moe_core.contracts.errors import ModelfileError
from moe_core.contracts.wire import JsonObject
from moe_core.loading.modelfile.codes import Code
from moe_core.loading.modelfile.commands import Command, Modelfile
from moe_core.loading.modelfile.lexer import Position, suggest
from moe_core.loading.modelfile.meta import read_meta
from moe_core.loading.modelfile.options import OPTION_TYPES, parse_option
from moe_core.loading.modelfile.schema import make_property, make_schema, name_place
from moe_core.loading.modelfile.schema_file import read_schema_file
from moe_core.loading.modelfile.values import parse_scalar
from moe_core.schemas.plain_json import Keys, MisfitError

EMBEDDED_PROVIDER = "extractive"
"""The provider that needs no model, so that FALLBACK may name it without saying `provider`."""

_NAME = re.compile(r"[A-Za-z0-9][\w.\-]*")
_START = Position(1, 1)


def build_agent(modelfile: Modelfile, *, name: str, folder: Path | None = None) -> AgentSpec:
    """Read a modelfile as an agent.

    Names of tools and providers are not looked up here, and bytes of text stay as they are.

    Args:
        modelfile: The parsed file.
        name: The agent's name when the file has no NAME.
        folder: Where `RESPONSE_FORMAT @file` and the files that META names may be read; None forbids it.

    Raises:
        ModelfileError: A value does not fit, or the file declares no role.
    """
    meta, examples = _meta(modelfile, folder)
    return AgentSpec(
        name=_name(modelfile, name),
        role=_role(modelfile),
        base=_base(modelfile),
        system=_text(modelfile, "system"),
        description=" ".join(_text(modelfile, "description").split()),
        version=_text(modelfile, "version"),
        capabilities=tuple(dict.fromkeys(_capabilities(modelfile))),
        parameters=_parameters(modelfile),
        inputs=_inputs(modelfile),
        tools=_tools(modelfile),
        response_schema=_response_schema(modelfile, folder),
        fallbacks=tuple(_fallbacks(modelfile)),
        examples=examples,
        meta=meta,
    )


def _text(modelfile: Modelfile, keyword: str) -> str:
    command = modelfile.last(keyword)
    return command.value if command and isinstance(command.value, str) else ""


def _setting_error(modelfile: Modelfile, command: Command, message: str, keys: Keys, hint: str = "") -> ModelfileError:
    where = name_place(command.keyword.upper(), keys)
    return modelfile.error(Code.SETTING, f"{where}: {message}", command.find_value(keys), hint or None)


def _name(modelfile: Modelfile, stem: str) -> str:
    command = modelfile.last("name")
    name = str(command.value) if command else stem
    if _NAME.fullmatch(name):
        return name
    hint = "a name is letters, digits, '_', '-' and '.'" if command else "add a NAME line, or rename the file"
    at = command.value_at if command else _START
    raise modelfile.error(Code.SETTING, f"{name!r:.80} is no name for an agent", at, hint)


def _role(modelfile: Modelfile) -> Role:
    command = modelfile.last("role", "type")
    roles = ", ".join(role.value for role in Role)
    if command is None:
        raise modelfile.error(Code.ROLE, "no ROLE line: this is no agent yet", _START, f"add ROLE and one of: {roles}")
    word = str(command.value)
    try:
        return Role(word.lower())
    except ValueError:
        hint = suggest(word, [role.value for role in Role]) or f"roles: {roles}"
        raise modelfile.error(Code.ROLE, f"unknown role {word!r:.80}", command.value_at, hint) from None


def _base(modelfile: Modelfile) -> str:
    command = modelfile.all("from")[0]
    base = str(command.value).strip()
    if not base:
        raise modelfile.error(Code.SETTING, "FROM names no base", command.value_at, "FROM model:version")
    return base


def _capabilities(modelfile: Modelfile) -> Iterator[str]:
    for command in modelfile.all("capability"):
        value = command.value
        if isinstance(value, dict):
            yield from (word for word, wanted in value.items() if wanted is not False)
        for index, word in enumerate(value if isinstance(value, list) else ()):
            if not isinstance(word, str) or not word.strip():
                raise _setting_error(modelfile, command, "a capability is a word", (index,))
            yield word


def _parameters(modelfile: Modelfile) -> JsonObject:
    found: dict[str, Any] = {}
    for command in modelfile.all("parameter"):
        if not isinstance(command.value, str):
            continue
        name, text = command.name, command.value
        try:
            value = parse_option(name, text) if name in OPTION_TYPES else parse_scalar(text)
        except ValueError as error:
            raise _parameter_error(modelfile, command, str(error)) from None
        if name == "stop":
            found.setdefault("stop", []).append(value)
        else:
            found[name] = value
    return found


def _parameter_error(modelfile: Modelfile, command: Command, expected: str) -> ModelfileError:
    text = str(command.value)
    if command.name not in OPTION_TYPES:
        message, hint = f"{command.name}: {expected}", 'to keep it as text, there is META { name: "..." }'
    else:
        message, hint = f"{command.name} takes {expected}, not {text!r:.80}", None
        if "#" in text:
            hint = "a comment needs a line of its own"
        elif text.startswith("{"):
            hint = f"{command.name} is a runtime option; an input needs another name"
    return modelfile.error(Code.PARAMETER_VALUE, message, command.value_at, hint)


def _inputs(modelfile: Modelfile) -> JsonObject:
    properties: dict[str, Any] = {}
    required: list[str] = []
    for command in modelfile.all("parameter"):
        if not isinstance(command.value, dict):
            continue
        if command.name in properties:
            raise modelfile.error(Code.KEY_TWICE, f"input {command.name!r} is declared twice", command.name_at)
        try:
            properties[command.name], is_required = make_property(command.value)
        except MisfitError as problem:
            raise _schema_error(modelfile, command, problem) from None
        if is_required:
            required.append(command.name)
    return {"type": "object", "properties": properties, "required": required} if properties else {}


def _schema_error(modelfile: Modelfile, command: Command, problem: MisfitError) -> ModelfileError:
    where = name_place(f"{command.keyword.upper()} {command.name}".rstrip(), problem.keys)
    return modelfile.error(Code.SCHEMA, f"{where}: {problem}", command.find_value(problem.keys), problem.hint)


def _tools(modelfile: Modelfile) -> tuple[ToolUse, ...]:
    found: dict[str, ToolUse] = {}
    for command in modelfile.all("tool"):
        value = command.value
        found[command.name] = ToolUse(
            name=command.name,
            settings=value if isinstance(value, dict) else {},
            reference=value if isinstance(value, str) else "",
        )
    return tuple(found.values())


def _response_schema(modelfile: Modelfile, folder: Path | None) -> JsonObject | None:
    command = modelfile.last("response_format")
    if command is None:
        return None
    try:
        schema = _read_format(command, folder)
        if schema is not None and schema.get("type", "object") != "object":
            raise MisfitError("an answer is an object", ("type",), "put the value under a key: { answer: ... }")
    except MisfitError as problem:
        raise _schema_error(modelfile, command, problem) from None
    return schema


def _read_format(command: Command, folder: Path | None) -> JsonObject | None:
    if not isinstance(command.value, str):
        return make_schema(command.value)
    word = command.value.strip()
    if word.lower() == "text":
        return None
    if word.lower() == "json":
        return {"type": "object"}
    if word.startswith("@"):
        return read_schema_file(word[1:].strip(), folder)
    raise MisfitError(
        f"{word!r:.80} is no response format", (), "json, text, @schema.json, or a block: { answer: string }"
    )


def _fallbacks(modelfile: Modelfile) -> Iterator[Fallback]:
    for command in modelfile.all("fallback"):
        value = command.value
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield _fallback(modelfile, command, item, (index,))
        else:
            yield _fallback(modelfile, command, value, ())


def _fallback(modelfile: Modelfile, command: Command, value: object, keys: Keys) -> Fallback:
    example = "FALLBACK { provider: openai, model: qwen3:8b }"
    if isinstance(value, str) and re.fullmatch(r"\S+", value):
        return Fallback(provider=value) if value == EMBEDDED_PROVIDER else Fallback(model=value)
    if not isinstance(value, dict) or not value:
        raise _setting_error(
            modelfile, command, "a fallback is a model, or a block with provider and model", keys, example
        )
    for key, content in value.items():
        if key not in ("provider", "model"):
            hint = suggest(key, ("provider", "model")) or example
            at = command.find_key((*keys, key))
            raise modelfile.error(Code.SETTING, f"{name_place('FALLBACK', (*keys, key))}: unknown key", at, hint)
        if not isinstance(content, str) or not content.strip():
            raise _setting_error(modelfile, command, "takes a name", (*keys, key), example)
    return Fallback(provider=str(value.get("provider", "")), model=str(value.get("model", "")))


def _meta(modelfile: Modelfile, folder: Path | None) -> tuple[JsonObject, tuple[str, ...]]:
    command = modelfile.last("meta")
    if command is None or not isinstance(command.value, dict):
        return {}, ()
    try:
        return read_meta(command.value, folder)
    except MisfitError as problem:
        raise _setting_error(modelfile, command, str(problem), problem.keys, problem.hint or "") from None
