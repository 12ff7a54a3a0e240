"""`moe route`: who would answer, without running anything."""

import click

from moe.cli.options import belter_option, docs_option, json_option
from moe.cli.question import build_request, read_question
from moe.cli.remembered.recorder import remembered_router
from moe.cli.render.route import list_fields, show_route
from moe.cli.session import Session, pass_session


@click.command()
@click.argument("text")
@docs_option
@belter_option
@json_option
@pass_session
@remembered_router
def route(session: Session, text: str, docs: tuple[str, ...], belter: str | None, is_json: bool) -> None:
    """Show who would answer a question, and why.

    Nothing is run. TEXT is the question in quotes; "-" reads it from standard input. With --docs the router knows
    that there are documents; they are not read.

    \b
    Example:
      moe route "What is the rental yield of 12 Quay Street?"
    """
    request = build_request(question=read_question(text), docs=docs, belter=belter)
    found = session.app.route(request.question, belter=request.belter, has_documents=bool(docs))
    if is_json:
        session.show_json(list_fields(found))
    else:
        show_route(session.screen, found)
