"""`moe completion`: the script that completes moe's commands in a shell."""

import sys

import click
from click.shell_completion import get_completion_class

from moe.cli.group import COMPLETE_VARIABLE, PROGRAM


@click.command()
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the completion script of your shell.

    SHELL is bash, zsh or fish.

    It completes commands, options, and the names of Belters, Drummers, providers and tools.

    \b
    Examples:
      eval "$(moe completion bash)"       in ~/.bashrc
      eval "$(moe completion zsh)"        in ~/.zshrc
      moe completion fish > ~/.config/fish/completions/moe.fish
    """
    found = get_completion_class(shell)
    assert found is not None, "click knows the three shells"
    sys.stdout.write(found(ctx.find_root().command, {}, PROGRAM, COMPLETE_VARIABLE).source().strip() + "\n")
