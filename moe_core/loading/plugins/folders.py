"""Loading one plugin file: Python, personas as JSON, or a modelfile."""

from contextlib import nullcontext
from functools import partial

from moe_core.contracts.plugin import Kind
from moe_core.loading.plugins.declared_version import check_declared
from moe_core.loading.plugins.descriptors import divert_output
from moe_core.loading.plugins.files import PluginFile
from moe_core.loading.plugins.hooks import read_module
from moe_core.loading.plugins.intake import Intake, LoadedPlugin
from moe_core.loading.plugins.module_files import load_module_file
from moe_core.loading.plugins.persona_files import load_personas, parse_persona


def load_plugin_file(file: PluginFile) -> LoadedPlugin:
    """Load the file; whatever is wrong with it is in the answer, never raised."""
    intake = Intake(file.source, category=file.category)
    if file.path.suffix == ".moe":
        intake.accept_modelfile(file.path)
    elif file.path.suffix == ".json":
        _read_personas(file, intake)
    else:
        _read_module(file, intake)
    return intake.finish()


def _read_module(file: PluginFile, intake: Intake) -> None:
    is_bundled = file.source.origin == "bundled"
    if not is_bundled and not check_declared(file.path, intake):
        return
    with nullcontext(str) if is_bundled else divert_output() as read_output:
        module = intake.run(
            lambda: load_module_file(file.path, write_bytecode=is_bundled),
            doing="while being imported",
            reason="import",
        )
        if module is not None:
            read_module(module, intake)
    intake.note_output(read_output())


def _read_personas(file: PluginFile, intake: Intake) -> None:
    plugin = file.source.plugin
    for data in (
        intake.run(lambda: load_personas(file.path, plugin=plugin), doing="while being read", reason="json") or ()
    ):
        persona = intake.run(partial(parse_persona, data, plugin=plugin), doing="while being read", reason="persona")
        if persona is not None:
            intake.accept(Kind.PERSONA, persona)
