"""What `moe doctor` finds out about the project: settings, plugins, workspace, index, optional packages."""

import os
from collections.abc import Iterator

from moe.app import App
from moe.contracts.index import IndexStatus, SourceState
from moe.diagnosis.finding import Finding
from moe_core.contracts.errors import MoeError, StorageError
from moe_core.text.amounts import count, format_bytes
from moe_core.text.lines import join_line


def find_project_findings(app: App) -> Iterator[Finding]:
    """All of them."""
    yield find_config(app)
    yield from find_unknown_providers(app)
    yield from find_plugins(app)
    yield find_workspace(app)
    yield from find_learning(app)
    yield find_index(app)
    yield from find_extras(app)


def find_config(app: App) -> Finding:
    """Where the settings come from; they are right, or there would be no App."""
    own = [str(file) for file in app.loaded_config.files if app.locations.bundled not in file.parents]
    text = f"provider {app.config.system.provider}, " + (
        f"own files {', '.join(own)}" if own else "no files of your own"
    )
    return Finding(topic="config", state="ok", name="", text=text)


def find_unknown_providers(app: App) -> Iterator[Finding]:
    """Names in config/providers.yaml that no provider has: entries under them would do nothing, without a word."""
    settings = app.config.providers
    named = dict.fromkeys(settings.order, "providers.order") | dict.fromkeys(settings.providers, "providers")
    for name, where in named.items():
        try:
            app.registry.model_providers.get(name)
        except MoeError as error:
            text = f"{where} in config/providers.yaml: {error.message}"
            yield Finding(topic="config", state="wrong", name="", text=text, remedy=join_line(error.hint or ""))


def find_plugins(app: App) -> Iterator[Finding]:
    """How many there are, then each that is not right."""
    registry = app.registry
    used = [info for info in registry.plugins if info.is_used]
    own = [info for info in used if info.source.origin != "bundled"]
    yield Finding(
        topic="plugins",
        state="ok",
        name="",
        text=f"{count(len(used), 'plugin')} in use, {len(own)} of them your own; {count(_count_agents(app), 'agent')}",
    )
    for problem in registry.problems:
        yield Finding(
            topic="plugins",
            state="wrong",
            name=problem.plugin,
            text=join_line(problem.message),
            remedy=join_line(problem.hint) or "`moe plugins list` tells more",
        )


def find_workspace(app: App) -> Finding:
    """Whether runs can be recorded."""
    workspace = app.workspace
    folder = workspace.folder
    if not workspace.exists():
        nearest = next((above for above in folder.parents if above.exists()), folder)
        text, is_writable = f"{folder} will be made by the first run", os.access(nearest, os.W_OK)
    else:
        text, is_writable = f"{folder}", os.access(folder, os.W_OK)
        try:
            newest = app.runs.list_runs(1)
        except StorageError as error:
            return _wrong_workspace(error.message, error.hint)
        text += f", newest run {newest[0].run_id}" if newest else ", no run yet"
    if not is_writable and app.config.system.record:
        return _wrong_workspace(f"{folder} cannot be written", "make it writable, or set system.record to false")
    return Finding(topic="workspace", state="ok", name="", text=text)


def find_learning(app: App) -> Iterator[Finding]:
    """Files of what the experts learned that are damaged, or were and are kept aside; nothing where there are none."""
    try:
        damaged, aside = app.personas.ledger.find_damaged()
    except StorageError as error:
        yield Finding(topic="experts", state="wrong", name="", text=error.message, remedy=error.hint or "")
        return
    if damaged is not None:
        text = f"{damaged} is damaged: what the experts learned does not count"
        remedy = "put a copy of it in its place; what is learned next has it kept aside"
        yield Finding(topic="experts", state="wrong", name="", text=text, remedy=remedy)
    for path in aside:
        text = f"{path} was damaged, and is kept aside: what the experts learned before"
        yield Finding(topic="experts", state="note", name="", text=text, remedy="mend it or delete it")


def find_index(app: App) -> Finding:
    """Whether documents are indexed, and the index is up to date."""
    try:
        found = app.index.read_status()
    except StorageError as error:
        remedy = error.hint or "moe index add --anew"
        return Finding(topic="index", state="wrong", name="", text=error.message, remedy=remedy)
    if not found.exists:
        text = "no documents are indexed; runs read those that --docs names"
        return Finding(topic="index", state="note", name="", text=text, remedy="moe index add PATH")
    if found.damage:
        return Finding(topic="index", state="wrong", name="", text=found.damage, remedy="moe index add --anew")
    if found.is_outdated:
        text = "it was made by another version of moe"
        return Finding(topic="index", state="wrong", name="", text=text, remedy="moe index add --anew")
    size = f"{count(found.documents, 'document')}, {format_bytes(found.size_bytes)}"
    behind = _count_behind(found)
    if behind:
        text = f"{size}; {count(behind, 'file has', 'files have')} changed since or gone"
        return Finding(topic="index", state="note", name="", text=text, remedy="moe index add")
    return Finding(topic="index", state="ok", name="", text=f"{size}, up to date")


def find_extras(app: App) -> Iterator[Finding]:
    """Optional packages, installed or not; one that the configuration needs must be there."""
    for extra in app.list_extras():
        if extra.is_installed:
            yield Finding(topic="extra", state="ok", name=extra.name, text=extra.brings)
            continue
        yield Finding(
            topic="extra",
            state="wrong" if extra.is_needed else "note",
            name=extra.name,
            text=f"{extra.brings}: not installed" + (", and system.retriever needs it" if extra.is_needed else ""),
            remedy=f"pip install 'moe-core[{extra.name}]'",
        )


def _count_agents(app: App) -> int:
    registry = app.registry
    return sum(map(len, (registry.caminas, registry.belters, registry.drummers, registry.observers)))


def _count_behind(found: IndexStatus) -> int:
    return sum(source.state is not SourceState.UNCHANGED for source in found.sources)


def _wrong_workspace(text: str, remedy: str | None) -> Finding:
    return Finding(topic="workspace", state="wrong", name="", text=text, remedy=remedy or "")
