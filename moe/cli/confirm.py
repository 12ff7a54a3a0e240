"""Asking before something is done that cannot be undone."""

import sys

import click

from moe_core.contracts.errors import RequestError


def confirm(question: str, *, hint: str = "add --yes") -> None:
    """Go on only if the user says yes.

    Args:
        question: Asked on standard error.
        hint: What to type where nobody can be asked.

    Raises:
        RequestError: Standard input is no terminal.
        click.Abort: The user says no.
    """
    if not sys.stdin.isatty():
        raise RequestError("nobody can be asked here", hint=hint)
    click.confirm(question, abort=True, err=True)
