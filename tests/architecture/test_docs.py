"""The documentation keeps up with the code."""

import importlib.util
from pathlib import Path

from pydantic import BaseModel

from moe_core.loading.config.settings import Config, ModelSettings, ProviderEntry, ToolSettings

ROOT = Path(__file__).parents[2]


def keys_of(model: type[BaseModel], prefix: str) -> list[str]:
    keys = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            keys += keys_of(kind, f"{prefix}{name}.")
        else:
            keys.append(f"{prefix}{field.alias or name}")
    return keys


def test_every_setting_is_in_the_reference() -> None:
    text = (ROOT / "docs/reference/configuration.md").read_text(encoding="utf-8")
    missing = [key for key in keys_of(Config, "") if f"`{key}`" not in text]
    for model in (ModelSettings, ToolSettings, ProviderEntry):
        missing += [key for key in keys_of(model, "") if f"`{key}`" not in text]
    assert not missing


def test_the_command_reference_is_what_the_commands_say() -> None:
    path = ROOT / "docs" / "build_cli_reference.py"
    spec = importlib.util.spec_from_file_location("build_cli_reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    assert written == module.build_reference(), "run: python docs/build_cli_reference.py"


def test_links_between_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in page.read_text(encoding="utf-8").split("](")[1:]:
            link = target.split(")")[0].split("#")[0]
            if link and "://" not in link:
                assert (page.parent / link).exists(), f"{page.relative_to(ROOT)} links to {link}"
