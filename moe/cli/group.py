"""The command `moe`: its commands, global options and exit codes."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NoReturn

import click

from moe.cli.globals import Globals
from moe.cli.lazy import CommandRef, LazyGroup
from moe.cli.outcome import run_contained
from moe.cli.remembered.listings import ARGUMENTS
from moe.cli.typed_path import TypedPath
from moe.version import VERSION

PROGRAM = "moe"
_NO_PLUGINS = "--no-plugins"
COMPLETE_VARIABLE = "_MOE_COMPLETE"

_ASK = "Ask"
_LOOK = "Look inside"
_SETUP = "Set up"
_PACKAGE = "moe.cli.commands"

COMMANDS = {
    "run": CommandRef(reference=f"{_PACKAGE}.run:run", section=_ASK, summary="Answer a question, from your documents."),
    "camina": CommandRef(
        reference=f"{_PACKAGE}.camina:camina", section=_ASK, summary="Ask Camina: the whole chain, as `run` does."
    ),
    "belter": CommandRef(
        reference=f"{_PACKAGE}.belter:belter", section=_ASK, summary="Ask one Belter and its Drummers."
    ),
    "drummer": CommandRef(
        reference=f"{_PACKAGE}.drummer:drummer", section=_ASK, summary="Give one Drummer a small task."
    ),
    "observer": CommandRef(
        reference=f"{_PACKAGE}.observer:observer",
        section=_ASK,
        summary="Ask the whole chain, and read what the Observer remarks on it; or, by `status`, on many runs.",
    ),
    "chat": CommandRef(
        reference=f"{_PACKAGE}.chat:chat",
        section=_ASK,
        summary="Ask, and ask on: a shell in which each question may leave out what was said before.",
    ),
    "batch": CommandRef(
        reference=f"{_PACKAGE}.batch:batch", section=_ASK, summary="Answer a file of questions, each once."
    ),
    "route": CommandRef(
        reference=f"{_PACKAGE}.route:route", section=_LOOK, summary="Show who would answer a question, and why."
    ),
    "chain": CommandRef(
        reference=f"{_PACKAGE}.chain:chain", section=_LOOK, summary="Show the agents that would answer a question."
    ),
    "runs": CommandRef(
        reference=f"{_PACKAGE}.runs:runs",
        section=_LOOK,
        summary="Look at earlier runs, go on with them, decide on their tools' calls, and rate their answers.",
    ),
    "conversations": CommandRef(
        reference=f"{_PACKAGE}.conversations:conversations",
        section=_LOOK,
        summary="Look at questions that followed one another, and delete or export them.",
    ),
    "schedule": CommandRef(
        reference=f"{_PACKAGE}.schedule:schedule",
        section=_SETUP,
        summary="Have workers ask a question again and again, at the times that you say.",
    ),
    "worker": CommandRef(
        reference=f"{_PACKAGE}.worker:worker",
        section=_SETUP,
        summary="Do the runs that were left to workers, or tasks of runs that are asked elsewhere.",
    ),
    "intake": CommandRef(
        reference=f"{_PACKAGE}.intake:intake",
        section=_SETUP,
        summary="Queue what others leave at a message broker, for workers to do.",
    ),
    "db": CommandRef(
        reference=f"{_PACKAGE}.db:db",
        section=_SETUP,
        summary="Look after the database that runs are recorded in.",
    ),
    "workers": CommandRef(
        reference=f"{_PACKAGE}.workers:workers",
        section=_SETUP,
        summary="See the workers that do queued runs, and have them end.",
    ),
    "metrics": CommandRef(
        reference=f"{_PACKAGE}.metrics:metrics",
        section=_LOOK,
        summary="Sum up what models were asked in recorded runs, and how they answered.",
    ),
    "graph": CommandRef(
        reference=f"{_PACKAGE}.graph:graph",
        section=_LOOK,
        summary="Show the graph of a question, and who walked it how.",
    ),
    "eval": CommandRef(
        reference=f"{_PACKAGE}.eval:evaluate",
        section=_LOOK,
        summary="Measure moe on questions whose evidence is known.",
    ),
    "agents": CommandRef(
        reference=f"{_PACKAGE}.agents:agents", section=_LOOK, summary="List the agents that modelfiles declare."
    ),
    "tools": CommandRef(reference=f"{_PACKAGE}.tools:tools", section=_LOOK, summary="List, show and run tools."),
    "models": CommandRef(
        reference=f"{_PACKAGE}.models:models",
        section=_SETUP,
        summary="Show the models agents want, and who serves them; fetch models.",
    ),
    "personas": CommandRef(
        reference=f"{_PACKAGE}.personas:personas",
        section=_LOOK,
        summary="Show the personas, change them, and move them between tiers.",
    ),
    "experts": CommandRef(
        reference=f"{_PACKAGE}.experts:experts",
        section=_SETUP,
        summary="Teach the experts, also by what they learned elsewhere.",
    ),
    "plugin": CommandRef(
        reference=f"{_PACKAGE}.plugin:plugin", section=_SETUP, summary="Write a plugin of your own, and check it."
    ),
    "plugins": CommandRef(
        reference=f"{_PACKAGE}.plugins:plugins",
        section=_LOOK,
        summary="List plugins, and what is wrong with broken ones.",
    ),
    "dev": CommandRef(
        reference=f"{_PACKAGE}.dev:dev",
        section=_SETUP,
        summary="Watch plugins, modelfiles and settings, and show what changes.",
    ),
    "doctor": CommandRef(
        reference=f"{_PACKAGE}.doctor:doctor",
        section=_SETUP,
        summary="Look whether a run would work, and what to type where not.",
    ),
    "index": CommandRef(
        reference=f"{_PACKAGE}.index:index", section=_SETUP, summary="Keep documents ready for questions."
    ),
    "collections": CommandRef(
        reference=f"{_PACKAGE}.collections:collections",
        section=_SETUP,
        summary="Keep documents under a name, and ask them from anywhere in the project.",
    ),
    "servers": CommandRef(
        reference=f"{_PACKAGE}.servers:servers",
        section=_SETUP,
        summary="Say which model servers may read your documents and questions.",
    ),
    "keys": CommandRef(
        reference=f"{_PACKAGE}.keys:keys",
        section=_SETUP,
        summary="Make, list and revoke keys for programs that use `moe serve`.",
    ),
    "certs": CommandRef(
        reference=f"{_PACKAGE}.certs:certs",
        section=_SETUP,
        summary="Make, list and renew certificates and keys for encryption between agents.",
    ),
    "audit": CommandRef(
        reference=f"{_PACKAGE}.audit:audit",
        section=_SETUP,
        summary="Look at the log of who did what on the server, and whether it is as it was written.",
    ),
    "serve": CommandRef(
        reference=f"{_PACKAGE}.serve:serve", section=_SETUP, summary="Serve answers over HTTP, until Ctrl-C or SIGTERM."
    ),
    "mcp": CommandRef(
        reference=f"{_PACKAGE}.mcp:mcp",
        section=_SETUP,
        summary="Serve answers by the Model Context Protocol, and use tools of MCP servers.",
    ),
    "trust": CommandRef(
        reference=f"{_PACKAGE}.trust:trust",
        section=_SETUP,
        summary="Let a folder's plugins, modelfiles and settings count.",
    ),
    "modelfile": CommandRef(
        reference=f"{_PACKAGE}.modelfile:modelfile", section=_SETUP, summary="Check and show modelfiles."
    ),
    "config": CommandRef(
        reference=f"{_PACKAGE}.config:config", section=_SETUP, summary="Show the settings, and where each comes from."
    ),
    "completion": CommandRef(
        reference=f"{_PACKAGE}.completion:completion",
        section=_SETUP,
        summary="Print the completion script of your shell.",
    ),
}

_HELP = """Answer hard questions over your own documents, with local models or with none.

\b
Examples:
  moe run "What did the restoration cost?" --docs ./papers
  moe --project ~/mill --set system.deadline_seconds=60 run "..."
"""
_EPILOG = """\b
Exit codes:
  0    done
  1    failed
  2    wrong usage: the command, a name, a setting or a document
  3    done, but degraded (asked for with --strict)
  4    it waits for a person: moe runs approve, or moe runs skip
  130  interrupted; 143 and 129 when SIGTERM or SIGHUP ended it

Results go to standard output, everything else to standard error. Environment: MOE_PROJECT, MOE_PLUGIN_PATH,
MOE_PLUGINS, MOE_TRUST, MOE_ALLOW_SERVERS, MOE_<FILE>__<KEY> for any setting, MOE_LOG=debug for events as JSON lines
on standard error, MOE_DEBUG=1 for tracebacks, NO_COLOR.
"""


class _SurroundingsError(click.UsageError):
    """The process has been started where moe cannot work.

    Attributes:
        hint: What to do about it.
    """

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class MoeGroup(LazyGroup):
    """The top group: every way to end becomes an exit code and a clear line."""

    # Click's overloads hang on standalone_mode, which means nothing here.
    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Run a command and exit the process with its code."""
        arguments = list(sys.argv[1:] if args is None else args)
        raise SystemExit(run_contained(lambda: self._invoke(arguments, prog_name or PROGRAM)))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse what stands before the command; a bare --no-plugins takes no value from it."""
        end = next((place for place, word in enumerate(args) if word in self.table), len(args))
        before = [f"{_NO_PLUGINS}=" if word == _NO_PLUGINS else word for word in args[:end]]
        return super().parse_args(ctx, [*before, *args[end:]])

    def _invoke(self, arguments: list[str], program: str) -> object:
        instruction = os.environ.get(COMPLETE_VARIABLE)
        if instruction:  # the shell asks
            complete = resolve_name("click.shell_completion:shell_complete")
            return complete(self, {}, program, COMPLETE_VARIABLE, instruction)
        with self.make_context(program, arguments) as ctx:
            ctx.meta[ARGUMENTS] = tuple(arguments)
            return self.invoke(ctx)


@click.command(
    PROGRAM,
    cls=MoeGroup,
    table=COMMANDS,
    help=_HELP,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--project",
    metavar="DIR",
    type=TypedPath(exists=True, file_okay=False, path_type=Path),
    help="The project's folder; by default the nearest one upwards with a .moe folder, else the current one.",
)
@click.option(
    "--set", "settings", metavar="KEY=VALUE", multiple=True, help="Change a setting for this call; repeatable."
)
@click.option("--no-project", is_flag=True, help="Leave aside all that the project's folder brings.")
@click.option(
    _NO_PLUGINS,
    metavar="[=NAMES]",
    help="Leave plugins aside: --no-plugins all but moe's own, --no-plugins=A,B those.",
)
@click.option("--no-color", is_flag=True, help="Print no colours; the variable NO_COLOR does the same.")
@click.version_option(VERSION, "--version", prog_name="moe", message="%(prog)s %(version)s", help="Print the version.")
@click.pass_context
def cli(
    ctx: click.Context,
    project: Path | None,
    settings: tuple[str, ...],
    no_project: bool,
    no_plugins: str | None,
    no_color: bool,
) -> None:
    """Hold what all commands share."""
    _check_surroundings()
    ctx.obj = Globals(
        project=project,
        overrides=dict(map(_split_setting, settings)),
        with_project=not no_project,
        plugin_choice=None if no_plugins is None else _choose_plugins(no_plugins),
        is_coloured=not (no_color or os.environ.get("NO_COLOR")),
    )


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit code."""
    try:
        cli.main(list(arguments), PROGRAM)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1


def _choose_plugins(names: str) -> str:
    """All but those of that list, in the words of MOE_PLUGINS."""
    return ",".join(f"-{name.strip()}" for name in names.split(",") if name.strip()) or "none"


def _split_setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise click.BadParameter(f"{text!r} is no KEY=VALUE, as in system.provider=ollama", param_hint="'--set'")
    return key.strip(), value


def _check_surroundings() -> None:
    """Insist on a current folder and a home folder, which every command needs."""
    try:
        os.getcwd()
    except OSError as error:
        raise _SurroundingsError("the current folder does not exist any more", "cd to one that does") from error
    if os.path.expanduser("~") == "~":  # not absolute: files of the user's own would be looked for in any folder
        raise _SurroundingsError("this user has no home folder", "set HOME to a folder of the user's own")
