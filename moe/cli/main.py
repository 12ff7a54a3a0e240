"""The console script: the version at once, everything else through the command group."""

import sys
from collections.abc import Sequence
from importlib import import_module

from moe.cli.streams import finish_streams, prepare_streams
from moe.version import VERSION


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: In place of those of the process.

    Returns:
        The exit code.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    prepare_streams()
    if arguments == ["--version"]:
        sys.stdout.write(f"moe {VERSION}\n")
        return finish_streams(0)
    # By name, so that `moe --version` does not wait for the import of click.
    return finish_streams(int(import_module("moe.cli.group").run(arguments)))
