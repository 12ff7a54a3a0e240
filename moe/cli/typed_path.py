"""Paths as they are typed: those that no file can have are refused as such."""

import os
from typing import Any

import click


class TypedPath(click.Path):
    """A `click.Path` that refuses what the system has no bytes for, such as half a character."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, as `click.Path` makes it; a usage error for one that cannot be."""
        try:
            os.fsencode(value)
        except UnicodeEncodeError:
            self.fail(f"{os.fspath(value)!r} can be no file's name", param, ctx)
        return super().convert(value, param, ctx)
