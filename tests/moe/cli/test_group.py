"""The command line as a whole: every command helps, every mistake is answered."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from moe.cli.group import COMMANDS, cli


def walk(command: click.Command, ctx: click.Context) -> Iterator[tuple[str, click.Command]]:
    yield ctx.command_path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            assert below is not None, name
            yield from walk(below, click.Context(below, info_name=name, parent=ctx))


# With its settings: click keeps the help option that it makes first.
ALL = list(walk(cli, click.Context(cli, info_name="moe", **cli.context_settings)))


def test_all_the_commands_that_are_promised_are_there() -> None:
    paths = {path for path, _ in ALL}
    promised = """moe run, moe camina, moe belter, moe drummer, moe observer, moe route, moe chain show, moe tools list,
        moe tools show, moe tools run, moe models list, moe models show, moe personas list, moe personas show,
        moe plugins list, moe modelfile check, moe modelfile show, moe config show, moe config path, moe runs list,
        moe runs show, moe completion, moe eval retrieval, moe eval evidence, moe graph show, moe graph export"""
    assert {" ".join(path.split()) for path in promised.split(",")} <= paths


@pytest.mark.parametrize(("path", "command"), ALL, ids=[path for path, _ in ALL])
def test_every_command_and_option_has_help_and_every_command_an_example(path: str, command: click.Command) -> None:
    assert command.help, path
    assert "Example" in command.help, f"{path} has no example"
    assert "moe " in command.help.partition("Example")[2]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path} {parameter.name} has no help"
        elif isinstance(parameter, click.Argument):
            assert parameter.make_metavar(click.Context(command)), f"{path} {parameter.name}"


@pytest.mark.parametrize("path", [path for path, _ in ALL])
def test_help_is_printed_for_every_command(moe, path: str) -> None:
    result = moe(*path.split()[1:], "--help")
    assert result.exit_code == 0
    assert "Usage: moe" in result.stdout
    assert result.stderr == ""


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_what_the_command_says_of_itself(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert (command.help or "").strip().splitlines()[0] == COMMANDS[name].summary


def test_every_command_that_lists_or_runs_has_json() -> None:
    for path, command in ALL:
        without = ("moe completion", "moe mcp serve", "moe intake", "moe serve", "moe worker")
        if isinstance(command, click.Group) or path in without:
            continue
        assert any("--json" in parameter.opts for parameter in command.params), path


def test_the_exit_codes_stand_in_the_help(moe) -> None:
    text = moe("--help").stdout
    for code in ("0    done", "1    failed", "2    wrong usage", "3    done, but degraded", "130  interrupted"):
        assert code in text


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["rnu"], "`moe run`"),
        (["plugns", "list"], "`moe plugins`"),
        (["plugin", "list"], "did you mean `moe plugins list`?"),
        (["tools", "lst"], "`moe tools list`"),
        (["model", "list"], "`moe models`"),
        (["run", "--dcos", "x"], "--docs"),
        (["help"], "`moe --help`"),
        (["version"], "`moe --version`"),
    ],
)
def test_a_mistyped_command_or_option_is_answered_with_the_nearest(moe, arguments: list[str], hint: str) -> None:
    result = moe(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    first, second = result.stderr.splitlines()
    assert first.startswith("error: no ")
    assert second.startswith("  hint: did you mean ")
    assert hint in second


def test_a_command_like_no_other_is_answered_with_all_of_them(moe) -> None:
    result = moe("tools", "xyzzy")
    assert result.exit_code == 2
    assert "hint: there are: list, show, allow, revoke, run" in result.stderr


def test_a_global_option_after_the_command_is_told_where_it_belongs(moe) -> None:
    result = moe("tools", "list", "--project", "x")
    assert result.exit_code == 2
    assert "hint: --project goes before the command: moe --project ... tools list" in result.stderr


def test_a_missing_argument_is_answered_with_an_example(moe) -> None:
    result = moe("run")
    assert result.exit_code == 2
    assert "error: missing argument 'QUESTION'" in result.stderr
    assert 'hint: moe run "' in result.stderr


def test_words_without_quotes_are_answered_with_quotes(moe) -> None:
    result = moe("run", "Who", "restored", "the", "mill?")
    assert result.exit_code == 2
    assert "in quotes" in result.stderr


def test_a_glob_that_the_shell_spelt_out_is_answered_with_quotes(moe, project: Path) -> None:
    result = moe("run", "Who?", "--docs", "docs/ferry.txt", "docs/mill.md")
    assert result.exit_code == 2
    assert 'put it in quotes, as in --docs "docs/*"' in result.stderr


@pytest.mark.parametrize("setting", ["system.provider", "=x"])
def test_a_setting_without_key_and_value_is_refused(moe, setting: str) -> None:
    result = moe("--set", setting, "config", "show")
    assert result.exit_code == 2
    assert "KEY=VALUE" in result.stderr


def test_a_project_that_is_not_there_is_refused(moe) -> None:
    result = moe("--project", "nowhere", "config", "path")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr


def test_without_a_command_help_is_shown(moe) -> None:
    assert "Usage: moe" in moe().stdout
    assert "Usage: moe tools" in moe("tools").stdout


TAKES_WORDS = [path for path, command in ALL if any(isinstance(one, click.Argument) for one in command.params)]


@pytest.mark.parametrize("path", TAKES_WORDS)
def test_words_that_are_no_text_are_answered_by_every_command(moe, path: str) -> None:
    """A terminal may hand over a byte that is none; wherever a name is looked up, nothing has it."""
    if path.split()[1:] in (["models", "pull"], ["plugins", "install"], ["plugins", "uninstall"]):
        pytest.skip("it would ask another machine")
    if path.split()[1] in ("runs", "conversations", "eval", "observer"):  # where a name is looked up among runs
        moe("run", "Who restored the mill?", "--docs", "docs")
    command = dict(ALL)[path]
    assert isinstance(command, click.Command)
    count = sum(isinstance(one, click.Argument) for one in command.params)
    result = moe(*path.split()[1:], *["x\udcff"] * count, *(["--good"] if path == "moe runs rate" else []))
    assert result.exit_code in (0, 1, 2), result.output
    assert "bug" not in result.output
    assert "move the file away" not in result.output
    result.output.encode()
