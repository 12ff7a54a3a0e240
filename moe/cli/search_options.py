"""Options that say who searches the documents, in place of what the configuration names."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from moe.cli.options import complete_names
from moe.contracts.search import SearchNames
from moe_core.contracts.errors import RequestError


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """Who searches; what is not given comes from the configuration.

    Attributes:
        retriever: Finds where walks begin.
        traversal: A strategy for one neutral persona.
        personas: Who walks, parted by commas.
        is_bare: Nobody walks: the retriever's own ranking is the result.
    """

    retriever: str | None = None
    traversal: str | None = None
    personas: str | None = None
    is_bare: bool = False

    def read_names(self) -> SearchNames:
        """Who searches.

        Raises:
            RequestError: Options contradict each other, or name nobody.
        """
        given = [
            name
            for name, is_given in (
                ("--traversal", self.traversal is not None),
                ("--personas", self.personas is not None),
                ("--no-walk", self.is_bare),
            )
            if is_given
        ]
        if len(given) > 1:
            raise RequestError(f"{' and '.join(given)} exclude each other", hint="give one of them")
        walkers = None if self.personas is None else tuple(filter(None, map(str.strip, self.personas.split(","))))
        if walkers == ():
            raise RequestError("--personas names nobody", hint="--no-walk measures the retriever alone")
        return SearchNames(retriever=self.retriever, walkers=() if self.is_bare else walkers, traversal=self.traversal)


def read_against(_ctx: click.Context, _param: click.Parameter, text: str | None) -> SearchOptions | None:
    """Read another way to search: no-walk, or options of this kind as in "traversal=beam retriever=dense"."""
    if text is None:
        return None
    if text == "no-walk":
        return SearchOptions(is_bare=True)
    given = dict(part.partition("=")[::2] for part in text.split())
    names = ("retriever", "traversal", "personas")
    if not given or not all(name in names and value for name, value in given.items()):
        raise click.BadParameter(f"{text!r} is neither no-walk nor one or more of {'=NAME, '.join(names)}=NAME")
    retriever, traversal, personas = map(given.get, names)
    return SearchOptions(retriever=retriever, traversal=traversal, personas=personas)


def search_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of SearchOptions, handed over as one argument `search`."""

    @wraps(function)  # with the options that it has already
    def call(*args: Any, **kwargs: Any) -> Any:
        fields = {name: kwargs.pop(name) for name in SearchOptions.__slots__}
        return function(*args, search=SearchOptions(**fields), **kwargs)

    options = (
        click.option(
            "--retriever",
            metavar="R",
            shell_complete=complete_names("retrievers"),
            help="Retriever in place of the configured one.",
        ),
        click.option(
            "--traversal",
            metavar="T",
            shell_complete=complete_names("traversals"),
            help="Let one neutral persona walk with this strategy.",
        ),
        click.option("--personas", metavar="P,...", help="Who walks, in place of the configured personas."),
        click.option("--no-walk", "is_bare", is_flag=True, help="Nobody walks: the retriever's own ranking."),
    )
    for option in reversed(options):
        call = option(call)
    return call
