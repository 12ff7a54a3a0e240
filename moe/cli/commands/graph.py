"""`moe graph`: what a question makes of the documents, and how personas walk it."""

import re
from pathlib import Path

import click

from moe.cli.exit_codes import EXIT_DONE, EXIT_USAGE
from moe.cli.lazy import NearGroup
from moe.cli.options import docs_option, follow_links_option, json_option
from moe.cli.outcome import fail
from moe.cli.output_file import write_output
from moe.cli.progress.run import open_progress
from moe.cli.question import build_request, read_question
from moe.cli.render.graph import show_graph
from moe.cli.render.screens import write_xml
from moe.cli.search_options import SearchOptions, search_options
from moe.cli.session import Session, pass_session
from moe.cli.typed_path import TypedPath
from moe.contracts.snapshot import Snapshot
from moe_core.contracts.errors import DocumentError, RequestError
from moe_core.text.amounts import count

_top_option = click.option(
    "--k",
    "top",
    metavar="N",
    type=click.IntRange(min=1),
    default=5,
    show_default=True,
    help="Passages of the ranking to show, with the paths to them and their sentences.",
)


_RUN_ID = re.compile(r"\d{8}-\d{6}(?:-[0-9a-f]{0,8})?|last")  # or the beginning of one, which is no question


@click.group(cls=NearGroup)
def graph() -> None:
    """Show the graph of a question, and who walked it how.

    \b
    Examples:
      moe graph show "Who engineered the mill's restoration?" --docs ./papers
      moe graph export "Who engineered the mill's restoration?" --format graphml --output mill.graphml
    """


@graph.command()
@click.argument("text")
@docs_option
@follow_links_option
@_top_option
@search_options
@json_option
@pass_session
def show(session: Session, text: str, docs: tuple[str, ...], top: int, search: SearchOptions, is_json: bool) -> int:
    """Show a question's terms, where walks begin, each persona's paths, and the ranking.

    TEXT is a question, or a run's id, the beginning of one or "last": then the graph that it walked is shown, as far as
    it was kept.

    Without --docs the project's index is searched. No language model is asked. With --json the whole graph is printed
    as well: passages, entities and sentences with their links, as node-link data.

    \b
    Example:
      moe graph show "Who engineered the mill's restoration?" --docs ./papers
      moe graph show last
    """
    try:
        snapshot = _explore(session, text, docs, search, top)
    except DocumentError as error:
        return fail(error.message, error.hint, EXIT_USAGE)
    if is_json:
        session.show_json(session.app.graphs.place(snapshot))
    else:
        show_graph(session.screen, snapshot)
    return EXIT_DONE


@graph.command()
@click.argument("text")
@docs_option
@follow_links_option
@_top_option
@search_options
@click.option(
    "--format",
    "kind",
    type=click.Choice(["json", "graphml"]),
    default="json",
    show_default=True,
    help="json: node-link data with walks and ranking; graphml: nodes and edges, for graph viewers.",
)
@click.option(
    "--output",
    metavar="FILE",
    type=TypedPath(dir_okay=False, path_type=Path),
    help="File to write; without it standard output.",
)
@json_option
@pass_session
def export(
    session: Session,
    text: str,
    docs: tuple[str, ...],
    top: int,
    search: SearchOptions,
    kind: str,
    output: Path | None,
    is_json: bool,
) -> int:
    """Write a question's graph as JSON or GraphML.

    TEXT is a question, or a run's id, the beginning of one or "last": then the graph that it walked is written, as far
    as it was kept.

    With --output, --json prints what was written as JSON. networkx reads both formats:
    `nx.node_link_graph(data, edges="edges")` and `nx.read_graphml(file)`.

    \b
    Examples:
      moe graph export "Who engineered the mill's restoration?" --docs ./papers --output mill.json
      moe graph export "Who engineered the mill's restoration?" --format graphml --output mill.graphml
    """
    if output is None and kind == "graphml" and is_json:
        raise RequestError("GraphML is no JSON", hint="leave --json out, or name a file: --output FILE")
    try:
        snapshot = session.app.graphs.place(_explore(session, text, docs, search, top))
    except DocumentError as error:
        return fail(error.message, error.hint, EXIT_USAGE)
    if output is None and kind == "json":
        session.show_json(snapshot)
    elif output is None:
        write_xml(session.app.graphs.write_graphml(snapshot))
    else:
        as_json = kind == "json"
        write_output(
            output, session.format_json(snapshot) + "\n" if as_json else session.app.graphs.write_graphml(snapshot)
        )
        nodes, edges = len(snapshot.nodes), len(snapshot.edges)
        if is_json:
            session.show_json({"output": str(output), "format": kind, "nodes": nodes, "edges": edges})
        else:
            session.screen.line(f"{output}: {count(nodes, 'node')}, {count(edges, 'edge')}")
    return EXIT_DONE


def _explore(session: Session, text: str, docs: tuple[str, ...], search: SearchOptions, top: int) -> Snapshot:
    if _RUN_ID.fullmatch(text.strip()):
        return session.app.graphs.find_walked(text.strip())
    question = build_request(question=read_question(text)).question
    names = search.read_names()
    with open_progress(is_coloured=session.globals.is_coloured, is_wanted=True) as progress:
        graphs = session.app.graphs
        return graphs.explore(question, docs, top=top, search=names, on_progress=progress.on_documents)
