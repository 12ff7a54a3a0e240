"""`moe collections`: documents that are kept under a name."""

from collections.abc import Sequence

import click

from moe.cli.confirm import confirm
from moe.cli.lazy import NearGroup
from moe.cli.options import complete_files, follow_links_option, json_option
from moe.cli.progress.steps import describe_indexing, make_listener, open_steps
from moe.cli.render.left_out import list_left_out
from moe.cli.render.screen import Table, Toned
from moe.cli.session import Session, pass_session
from moe.contracts.collections import CollectionContent
from moe_core.text.amounts import count, format_bytes

_DIGEST_SHOWN = 12  # characters: enough to tell contents apart


@click.group(cls=NearGroup)
def collections() -> None:
    """Keep documents under a name, and ask them from anywhere in the project.

    A collection holds copies: the files that were added may move or go.

    \b
    Examples:
      moe collections add papers ./papers notes.md
      moe run "What was decided?" --collection papers
    """


@collections.command()
@click.argument("name", metavar="NAME")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, shell_complete=complete_files)
@follow_links_option
@json_option
@pass_session
def add(session: Session, name: str, paths: tuple[str, ...], is_json: bool) -> None:
    """Keep files, folders (with all below them) and globs (in quotes) in a collection, and index them.

    A file is named by the folder that is added and its path below it; one that is there already is replaced.

    \b
    Example:
      moe collections add papers ./papers
    """
    with open_steps("looking for changes", "share", is_coloured=session.globals.is_coloured) as show_step:
        listener = make_listener(show_step, describe_indexing)
        change = session.app.collections.add(name, paths, on_progress=listener)
    for line in list_left_out(change.notes):
        session.warn(line)
    if is_json:
        session.show_json(change)
        return
    parts = [f"{len(change.added)} added", f"{len(change.changed)} changed", f"{change.unchanged} as before"]
    total = f"{count(change.documents, 'document')}, {count(change.passages, 'passage')}"
    session.screen.line(f"{name}: {', '.join(parts)}; {total}")


@collections.command(name="list")
@json_option
@pass_session
def list_collections(session: Session, is_json: bool) -> None:
    """List the collections.

    \b
    Example:
      moe collections list
    """
    found = session.app.collections.list()
    if is_json:
        session.show_json(
            [{"name": one.name, "version": one.version, "files": len(one.files), "size": _weigh(one)} for one in found]
        )
    elif not found:
        session.screen.line("no collection yet; moe collections add NAME PATH makes one")
    else:
        rows = [(one.name, f"{len(one.files)}", format_bytes(_weigh(one)), one.version) for one in found]
        session.screen.table(Table(columns=("collection", "files", "size", "version"), rows=rows))


@collections.command()
@click.argument("name", metavar="NAME")
@json_option
@pass_session
def show(session: Session, name: str, is_json: bool) -> None:
    """Show the files of a collection, with the hashes of what they hold.

    \b
    Example:
      moe collections show papers
    """
    found = session.app.collections.get(name)
    if is_json:
        session.show_json(found)
        return
    session.screen.line(Toned(found.name, "strong"), Toned(f", version {found.version}", "dim"))
    rows = [(file.name, format_bytes(file.size), file.digest[:_DIGEST_SHOWN]) for file in found.files]
    session.screen.table(Table(columns=("file", "size", "sha-256"), rows=rows))


@collections.command()
@click.argument("name", metavar="NAME")
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.option("--yes", "is_sure", is_flag=True, help="Delete a whole collection without asking.")
@json_option
@pass_session
def remove(session: Session, name: str, files: Sequence[str], is_sure: bool, is_json: bool) -> None:
    """Take files out of a collection, or, without a FILE, delete it with its index.

    FILE is a name as `moe collections show` lists it.

    \b
    Examples:
      moe collections remove papers papers/draft.md
      moe collections remove papers --yes
    """
    if files:
        change = session.app.collections.remove(name, files)
        if is_json:
            session.show_json(change)
        else:
            session.screen.line(f"{name}: {count(len(change.removed), 'file')} removed")
        return
    if not is_sure:
        found = session.app.collections.get(name)
        confirm(f"Delete {found.name} with {count(len(found.files), 'file')}?")
    content = session.app.collections.delete(name)
    if is_json:
        session.show_json({"deleted": content.name, "files": len(content.files)})
    else:
        session.screen.line(f"deleted {content.name} with {count(len(content.files), 'file')}")


def _weigh(content: CollectionContent) -> int:
    return sum(file.size for file in content.files)
