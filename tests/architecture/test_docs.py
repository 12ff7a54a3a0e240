"""The documentation keeps up with the code."""

import importlib.util
from pathlib import Path

import pytest
from pydantic import BaseModel

from moe.asking.settings import ModelSettings, ProviderEntry
from moe.configuration import Config
from moe_core.contracts.event import EventKind
from moe_core.contracts.event_catalog import PAYLOADS
from moe_core.loading.settings import ToolSettings

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


@pytest.mark.parametrize(
    ("builder", "build", "page"),
    [
        ("build_cli_reference", "build_reference", "cli.md"),
        ("build_event_reference", "build_page", "events.md"),
        ("build_problem_reference", "build_page", "problems.md"),
        ("build_plugin_reference", "build_page", "plugin-api.md"),
    ],
)
def test_a_generated_reference_is_what_the_code_says(builder: str, build: str, page: str) -> None:
    spec = importlib.util.spec_from_file_location(builder, ROOT / "docs" / f"{builder}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs/reference" / page).read_text(encoding="utf-8")
    assert written == getattr(module, build)(), f"run: python docs/{builder}.py"


def test_every_kind_of_event_has_a_class_whose_fields_are_documented() -> None:
    assert set(PAYLOADS) == set(EventKind)
    page = (ROOT / "docs/reference/events.md").read_text(encoding="utf-8")
    assert not [line for line in page.splitlines() if line.startswith("| `") and line.endswith("|  |")]


def test_links_between_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in page.read_text(encoding="utf-8").split("](")[1:]:
            link = target.split(")")[0].split("#")[0]
            if link and "://" not in link:
                assert (page.parent / link).exists(), f"{page.relative_to(ROOT)} links to {link}"
