"""One call of a command: its App, and the screens it prints on."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, wraps
from pathlib import Path
from pkgutil import resolve_name
from typing import Concatenate, ParamSpec, TypeVar

import click

from moe.app import App
from moe.cli.async_work import run_async
from moe.cli.globals import Globals
from moe.cli.logs import start_logging
from moe.cli.outcome import tell
from moe.cli.render.screen import Screen
from moe.cli.render.screens import open_screen, write_json
from moe.contracts.trust import TrustState
from moe_core.contracts.errors import ConfigError

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Session:
    """What a command works with."""

    globals: Globals

    @cached_property
    def app(self) -> App:
        """The project's App.

        What is left aside because the folder is not trusted is told in one line.

        Raises:
            ConfigError: A setting is wrong.
        """
        app = self.open_app(self.globals.project)
        left_aside = app.trust.describe()
        if left_aside:
            tell(left_aside)
        return app

    def ask_for_trust(self) -> None:
        """Where somebody can be asked, ask whether a project's folder that is new or has changed may count."""
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return
        app = self.open_app(self.globals.project)
        if app.trust.state not in (TrustState.NEW, TrustState.CHANGED):
            return
        tell(f"{app.trust.folder} has code or settings of its own that you have not trusted:")
        for line in app.trust.list_lines():
            tell(f"  {line}")
        if click.confirm("Trust it with this content?", default=False, err=True):
            app.trust_project()

    def ask_for_servers(self) -> None:
        """Where somebody can be asked, ask whether a model server that was found by itself may serve the run."""
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            return
        models = self.app.models
        choice = run_async(models.choose)
        if choice is None or choice.has_model or not choice.list_found():
            return
        found = choice.list_found()[0]
        tell(f"{found.provider} was {found.why.partition(', but')[0]}")
        is_allowed = click.confirm("May it read your documents and questions?", default=False, err=True)
        models.allow(found.asks_for, is_allowed=is_allowed)

    def open_app(
        self,
        project: Path | None,
        *,
        environ: Mapping[str, str] | None = None,
        overrides: Mapping[str, object] | None = None,
        on_broken: Callable[[ConfigError], None] | None = None,
    ) -> App:
        """The App of a folder, with the options that stand before the command.

        Args:
            project: The folder; None looks for it.
            environ: In place of `os.environ`.
            overrides: Settings by dotted key, above those of the options.
            on_broken: See `App.open`.
        """
        return App.open(
            project,
            overrides={**self.globals.overrides, **(overrides or {})},
            environ=environ,
            with_project=self.globals.with_project,
            plugin_choice=self.globals.plugin_choice,
            on_broken=on_broken,
        )

    @cached_property
    def screen(self) -> Screen:
        """Standard output."""
        return open_screen(sys.stdout, is_coloured=self.globals.is_coloured)

    def close(self) -> None:
        """Give back what the App has opened."""
        app: App | None = self.__dict__.get("app")
        if app is not None:
            app.close()

    def show_json(self, value: object) -> None:
        """Print a value as the one JSON document on standard output."""
        write_json(self.format_json(value))

    @staticmethod
    def format_json(value: object) -> str:
        """A value as JSON for reading."""
        text: str = resolve_name("moe_core.contracts.wire:format_json")(value)
        return text

    def warn(self, text: str) -> None:
        """Tell something on standard error that is not an error."""
        tell(f"warning: {text}")


def pass_session(function: Callable[Concatenate[Session, P], R]) -> Callable[P, R]:
    """Hand a command its session as the first argument."""

    @wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        start_logging()
        found = click.get_current_context().find_object(Globals)
        session = Session(found or Globals())
        try:
            return function(session, *args, **kwargs)
        finally:
            session.close()

    return call
