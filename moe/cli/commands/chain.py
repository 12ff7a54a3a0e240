"""`moe chain`: the agents of a run, before it is run."""

import click

from moe.cli.async_work import run_async
from moe.cli.lazy import NearGroup
from moe.cli.options import belter_option, docs_option, json_option
from moe.cli.question import build_request, read_question
from moe.cli.render.chain import build_chain_tree, describe_choice, describe_member
from moe.cli.render.screen import Toned
from moe.cli.session import Session, pass_session


@click.group(cls=NearGroup)
def chain() -> None:
    """Show the agents that would answer a question.

    \b
    Example:
      moe chain show "What did the restoration cost?" --docs ./papers
    """


@chain.command()
@click.argument("text")
@docs_option
@belter_option
@json_option
@pass_session
def show(session: Session, text: str, docs: tuple[str, ...], belter: str | None, is_json: bool) -> None:
    """Show the agents, models, tools and fallbacks for a question.

    Nothing is run, and the documents are not read; model servers are asked whether they are well.

    \b
    Example:
      moe chain show "What did the restoration cost?" --docs ./papers
    """
    request = build_request(question=read_question(text), docs=docs, belter=belter)
    route, found = session.app.assemble(request, run_async(session.app.models.choose))
    if is_json:
        session.show_json({"route": route, "chain": found})
        return
    screen = session.screen
    screen.line(Toned("route ", "dim"), Toned(route.route, "strong"), Toned(f"  {route.why}", "dim"))
    modelless = session.app.models.list_modelless()
    screen.tree(build_chain_tree(found, modelless))
    if found.observer is not None:
        details = "; ".join(f"{heading} {words}" for heading, words in describe_member(found.observer, modelless))
        screen.line(Toned("watched by ", "dim"), f"observer {found.observer.name}", Toned(f" ({details})", "dim"))
    screen.line(Toned("documents searched by ", "dim"), f"retriever {found.retriever}")
    for line in describe_choice(found.choice) if found.choice is not None else ():
        screen.line(Toned(line, "dim"))
    for warning in found.warnings:
        session.warn(warning)
