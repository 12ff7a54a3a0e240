"""How a command ends: every exception becomes one clear line and an exit code."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import click

from moe.cli.exit_codes import EXIT_DONE, EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE
from moe.cli.render.text import shorten
from moe.cli.streams import abandon_output, is_unwritable, prepare_streams, tell_unwritable
from moe_core.text.lines import clean_text

# Options of `moe` itself, which people type after the command.
_GLOBAL_OPTIONS = ("--project", "--no-project", "--set", "--no-color")
# What click says of values, in our words.
_WORDS = {
    "is not a valid integer range": "is no whole number",
    "is not a valid integer": "is no whole number",
    "is not a valid float range": "is no number",
    "is not a valid float": "is no number",
}
# Of click's messages, which repeat what was typed.
_LONGEST_MESSAGE = 200
# A group without a command: older click prints the help by itself.
_HELP_WANTED: type[click.UsageError] | tuple[()] = getattr(click.exceptions, "NoArgsIsHelpError", ())


class InterruptedRunError(Exception):
    """The user stopped a run.

    Attributes:
        run_id: Its id, or "" when it has no record.
    """

    def __init__(self, run_id: str) -> None:
        super().__init__(run_id)
        self.run_id = run_id


def run_contained(action: Callable[[], object]) -> int:
    """Do a command's work and return the exit code; whatever is raised is told on standard error."""
    prepare_streams()
    try:
        code = action()
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        return _tell_usage(error)
    except click.ClickException as error:
        return fail(error.format_message(), None, error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return fail_interrupted("")
    except InterruptedRunError as error:
        return fail_interrupted(error.run_id)
    except BrokenPipeError:
        abandon_output()
        return EXIT_DONE
    except Exception as error:  # noqa: BLE001 - the outermost frame: nothing may end in a traceback
        return _tell_failure(error)
    return code if isinstance(code, int) else EXIT_DONE


def tell(line: str) -> None:
    """Write a line to standard error, if anyone still listens; as one of the log, where there is one."""
    if _tell_as_log(line):
        return
    with suppress(OSError, ValueError):
        sys.stderr.write(clean_text(line) + "\n")
        sys.stderr.flush()


def fail(message: str, hint: str | None, code: int) -> int:
    """Tell an error and its remedy; returns the code."""
    if _tell_as_log(f"error: {message}", hint):
        return code
    tell(f"error: {message}")
    if hint:
        tell(f"  hint: {hint}")
    return code


def _tell_as_log(line: str, hint: str | None = None) -> bool:
    """Write a line as one of the log, where there is one; whether there is. By name, as few processes have one."""
    if not os.environ.get("MOE_LOG"):
        return False
    return bool(import_module("moe.cli.logs").tell_as_log(clean_text(line), hint=hint))


def fail_interrupted(run_id: str) -> int:
    """Tell that the user stopped it, and how to go on with it."""
    tell(f"interrupted; moe runs resume {run_id} goes on with it" if run_id else "interrupted")
    return EXIT_INTERRUPTED


def _tell_usage(error: click.UsageError) -> int:
    if isinstance(error, _HELP_WANTED):
        sys.stdout.write(error.format_message() + "\n")
        return EXIT_DONE
    message = error.message if isinstance(error, click.NoSuchOption) else error.format_message()
    for theirs, ours in _WORDS.items():
        message = message.replace(theirs, ours)
    hint = getattr(error, "hint", None) or _find_hint(error)
    return fail(shorten(_lower_first(message.rstrip(".")), _LONGEST_MESSAGE), hint, EXIT_USAGE)


def _find_hint(error: click.UsageError) -> str | None:
    command = error.ctx.command_path if error.ctx is not None else "moe"
    if isinstance(error, click.NoSuchOption):
        if error.option_name in _GLOBAL_OPTIONS and " " in command:
            rest = command.partition(" ")[2]
            return f"{error.option_name} goes before the command: moe {error.option_name} ... {rest}"
        if error.possibilities:
            return f"did you mean {' or '.join(sorted(error.possibilities))}?"
    if isinstance(error, click.BadParameter) and isinstance(error.param, click.Option):
        return _find_hint_for_value(error.message, error.param)
    if "unexpected extra argument" in error.message:
        first, *others = error.message.partition("(")[2].rstrip(")").split(" ")
        if first and os.path.exists(first):
            if not others and error.ctx is not None and _lacks_documents(error.ctx):
                return f"documents are named with --docs: --docs {first}"
            return f'the shell spelt a glob out: put it in quotes, as in --docs "{Path(first).parent.as_posix()}/*"'
        return f"put a text with spaces in quotes, and a glob too: {_find_example(error) or command + ' --help'}"
    return _find_example(error) or f"`{command} --help` shows how"


def _lacks_documents(context: click.Context) -> bool:
    """Whether a command takes documents by an option, and none are named: where some are, a glob was spelt out."""
    option = next((param for param in context.command.params if "--docs" in param.opts), None)
    return option is not None and not context.params.get(option.name or "")


def _find_hint_for_value(message: str, option: click.Option) -> str | None:
    """The choice that was meant, or what the option is for."""
    near = _find_near(message, option.type.choices) if isinstance(option.type, click.Choice) else None
    if near:
        return f"did you mean {near!r}?"
    metavar = f" {option.metavar}" if option.metavar else ""
    return f"{option.opts[-1]}{metavar}: {option.help}" if option.help else None


def _find_near(message: str, choices: Sequence[str]) -> str | None:
    """The choice most like the value that a message of click's begins with, in quotes."""
    given = message.partition(" is not one of")[0].strip("'\"").lower()
    close = import_module("difflib").get_close_matches(given, [choice.lower() for choice in choices], n=1, cutoff=0.5)
    return next((choice for choice in choices if close and choice.lower() == close[0]), None)


def _find_example(error: click.UsageError) -> str | None:
    """The first example in the command's help."""
    text = (error.ctx.command.help or "") if error.ctx is not None else ""
    after = text.partition("Example")[2].splitlines()[1:]
    return after[0].strip() if after else None


def _lower_first(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _tell_failure(error: Exception) -> int:
    exit_code = getattr(error, "exit_code", None)
    if isinstance(exit_code, int):  # a MoeError; its class is not imported here, for the sake of `moe --help`
        message = str(error) if getattr(error, "source_line", "") else getattr(error, "message", str(error))
        hint = None if getattr(error, "source_line", "") else getattr(error, "hint", None)
        if os.environ.get("MOE_DEBUG") and error.__cause__ is not None:
            tell(traceback.format_exc().rstrip())
        return fail(message, hint, exit_code)
    if isinstance(error, MemoryError):
        return fail("out of memory", "allow it more (`ulimit -v`), or give fewer documents at once", EXIT_FAILED)
    if isinstance(error, OSError) and is_unwritable(error):
        abandon_output()
        tell_unwritable(error)
        return EXIT_FAILED
    if os.environ.get("MOE_DEBUG"):
        tell(traceback.format_exc().rstrip())
    reason = " ".join(f"{type(error).__name__}: {error}".split()).strip(": ")
    return fail_crashed(reason)


def fail_crashed(reason: str) -> int:
    """Tell a fault of moe's own."""
    tell(f"moe crashed: {reason}; this is a bug")
    if not os.environ.get("MOE_DEBUG"):
        tell("  hint: MOE_DEBUG=1 shows where")
    return EXIT_FAILED
