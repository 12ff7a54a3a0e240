"""`moe modelfile`: check and show modelfiles."""

import os
from collections.abc import Iterator
from pathlib import Path

import click

from moe.app import App
from moe.cli.exit_codes import EXIT_DONE, EXIT_FAILED
from moe.cli.lazy import NearGroup
from moe.cli.options import json_option
from moe.cli.outcome import tell
from moe.cli.render.schema import show_parameters
from moe.cli.render.schemas import describe_type
from moe.cli.render.screen import Screen, Toned
from moe.cli.session import Session, pass_session
from moe.cli.typed_path import TypedPath
from moe.contracts.modelfile import ModelfileCheck
from moe_core.contracts.agent import AgentSpec
from moe_core.contracts.errors import ModelfileError, RequestError
from moe_core.contracts.wire import JsonObject
from moe_core.text.amounts import count


@click.group(cls=NearGroup)
def modelfile() -> None:
    """Check and show modelfiles.

    \b
    Example:
      moe modelfile check modelfiles
    """


@modelfile.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@json_option
@pass_session
def check(session: Session, paths: tuple[str, ...], is_json: bool) -> int:
    """Check modelfiles; exits with 1 if any is wrong.

    PATH is a file, or a folder with all .moe files below it. Of each wrong file the first error is shown.

    \b
    Example:
      moe modelfile check modelfiles my-agent.moe
    """
    checked = [App.modelfiles.check(path) for path in _find_files(paths)]
    wrong = sum(one.error is not None for one in checked)
    if is_json:
        session.show_json([_describe_check(one) for one in checked])
        return EXIT_FAILED if wrong else EXIT_DONE
    for one in checked:
        if one.error is not None:
            tell(str(one.error))
        for warning in one.warnings:
            tell(f"warning: {warning}")
        mark = Toned("ok     ", "good") if one.error is None else Toned("wrong  ", "bad")
        session.screen.line(mark, str(one.path))
    session.screen.line(Toned(f"{count(len(checked), 'modelfile')}, {wrong} wrong", "dim"))
    return EXIT_FAILED if wrong else EXIT_DONE


@modelfile.command()
@click.argument("path", type=TypedPath(path_type=Path))
@json_option
@pass_session
def show(session: Session, path: Path, is_json: bool) -> None:
    """Show the agent that a modelfile declares.

    \b
    Example:
      moe modelfile show modelfiles/belters/research.moe
    """
    agent = App.modelfiles.load(path)
    if is_json:
        session.show_json(agent)
        return
    _show_agent(session.screen, agent)


def _find_files(paths: tuple[str, ...]) -> Iterator[Path]:
    for name in paths:
        path = Path(name)
        if not os.path.isdir(path):
            yield path
            continue
        found = sorted(path.rglob("*.moe"))
        if not found:
            raise RequestError(
                f"there is no .moe file below {name}", hint="name a .moe file, or a folder that holds some"
            )
        yield from found


def _describe_check(check: ModelfileCheck) -> JsonObject:
    return {
        "path": str(check.path),
        "ok": check.error is None,
        "errors": [] if check.error is None else [_describe_error(check.error)],
        "warnings": [_describe_error(warning) for warning in check.warnings],
    }


def _describe_error(error: ModelfileError) -> JsonObject:
    return {
        "code": error.error_code,
        "message": error.message,
        "line": error.line,
        "column": error.column,
        "hint": error.hint,
    }


def _show_agent(screen: Screen, agent: AgentSpec) -> None:
    screen.line(Toned(f"{agent.role} ", "dim"), Toned(agent.name, "strong"), f"  {agent.description}")
    facts = {
        "base": agent.base,
        "version": agent.version,
        "capabilities": ", ".join(agent.capabilities),
        "parameters": _list_pairs(agent.parameters),
        "tools": ", ".join(use.name for use in agent.tools),
        "fallbacks": ", then ".join(
            f"{item.model or 'the same model'} by {item.provider or 'the same provider'}" for item in agent.fallbacks
        ),
        "answers with": describe_fields(agent.response_schema) if agent.response_schema else "",
        "examples": count(len(agent.examples), "request") if agent.examples else "",
        "meta": _list_pairs(agent.meta),
    }
    for heading, words in facts.items():
        if words:
            screen.line(Toned(f"{heading}: ", "dim"), words, indent=2)
    if agent.inputs.get("properties"):
        screen.line()
        show_parameters(screen, agent.inputs)
    if agent.system:
        screen.line()
        screen.line(Toned("system prompt", "strong"))
        screen.line(agent.system.strip(), indent=2)


def describe_fields(schema: JsonObject) -> str:
    """The fields of an object schema with their types."""
    fields = schema.get("properties", {})
    return ", ".join(f"{name} ({describe_type(wanted, schema)})" for name, wanted in fields.items()) or "an object"


def _list_pairs(values: JsonObject) -> str:
    return ", ".join(f"{key} {value}" for key, value in values.items())
