"""The configuration files that moe ships."""

import re
import string
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from moe.configuration import Config, SystemSettings
from moe_core.contracts.errors import ConfigError
from moe_core.loading.config.load import load_config
from moe_core.loading.locations import find_bundled_root

ROOT = find_bundled_root()
NAMES = tuple(Config.model_fields)
PROMPTS = (
    *("complete", "plan", "decompose", "choose_tools", "execute", "merge", "synthesise", "read"),
    *("comment", "judge", "observe"),
)


@pytest.fixture(scope="module")
def bundled():
    nowhere = Path("/nowhere")
    return load_config(Config, bundled=ROOT, user=nowhere, project=nowhere, environ={}, overrides={})


def iterate_fields(model: type[BaseModel], path=()):
    for name, info in model.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield from iterate_fields(info.annotation, (*path, name))
        else:
            yield (*path, name)


def test_every_file_is_read(bundled):
    assert [path.name for path in bundled.files] == [f"{name}.yaml" for name in NAMES]


@pytest.mark.parametrize("name", ["system", "thresholds", "providers"])
def test_the_values_are_the_defaults(bundled, name):
    assert getattr(bundled.config, name) == getattr(Config(), name)


@pytest.mark.parametrize("name", ["system", "thresholds", "providers"])
def test_every_setting_is_there(bundled, name):
    fields = {".".join((name, *path)) for path in iterate_fields(Config.model_fields[name].annotation)}
    assert fields == {key for key in bundled.origins if key.startswith(f"{name}.")}


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_has_a_remark(bundled, name):
    lines = (ROOT / "config" / f"{name}.yaml").read_text().splitlines()
    for key, origin in bundled.origins.items():
        if key.startswith(f"{name}."):
            number = int(origin.place.rpartition(":")[2])
            above = lines[number - 2].strip()
            assert "#" in lines[number - 1] or above.startswith("#"), f"{key} has no remark"


def test_no_model_is_set_and_tools_have_only_settings(bundled):
    assert bundled.config.models == {}
    tools = {name: tool.model_dump(exclude_unset=True) for name, tool in bundled.config.tools.items()}
    assert tools == {
        "http_api": {"settings": {"allow": []}},
        "web_search": {"settings": {"endpoint": ""}},
        "news": {"settings": {"feeds": []}},
        "academic_search": {
            "settings": {
                "arxiv": "https://export.arxiv.org/api/query",
                "openalex": "https://api.openalex.org/works",
                "crossref": "https://api.crossref.org/works",
            }
        },
    }


@pytest.mark.parametrize("name", ["models", "tools", "providers"])
def test_the_examples_in_remarks_are_valid(name, tmp_path):
    """Example lines are those indented after the sign; taking it away must leave a file that loads."""
    text = (ROOT / "config" / f"{name}.yaml").read_text()
    example = "\n".join(line[3:] for line in text.splitlines() if line.startswith("#   "))
    values = yaml.safe_load(example)
    assert values
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / f"{name}.yaml").write_text(example)
    nowhere = Path("/nowhere")
    loaded = load_config(Config, bundled=nowhere, user=nowhere, project=tmp_path, environ={}, overrides={})
    section = getattr(loaded.config, name)
    assert set(values) == set(section if isinstance(section, dict) else section.model_fields_set)


@pytest.mark.parametrize("name", PROMPTS)
def test_a_prompt_names_only_known_placeholders(bundled, name):
    template = bundled.config.structured_prompts[name]
    used = {field for _, field, _, _ in string.Formatter().parse(template) if field is not None}
    own = {"persona_name", "traits", "expertise"} if name == "comment" else set()
    assert used <= {"question", "instruction", "evidence", "choices", "findings"} | own
    assert "question" in used


@pytest.mark.parametrize("name", PROMPTS)
def test_a_prompt_says_before_each_piece_of_data_that_it_is_none_of_ours(bundled, name):
    template = bundled.config.structured_prompts[name]
    for placeholder in ("choices", "evidence", "findings"):
        before, found, _ = template.partition(f"{{{placeholder}}}")
        if found:
            assert "not instructions" in " ".join(before.splitlines()[-4:]).lower()


@pytest.mark.parametrize("name", ["execute", "merge", "synthesise"])
def test_a_prompt_that_answers_asks_for_ids_of_evidence(bundled, name):
    assert "Cite only ids that stand above" in bundled.config.structured_prompts[name]


def test_there_are_no_other_prompts(bundled):
    assert tuple(bundled.config.structured_prompts) == PROMPTS


def test_the_defaults_are_what_the_fields_say():
    assert SystemSettings() == Config().system


def iterate_patterns(model, path=()):
    for name, info in model.model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield from iterate_patterns(info.annotation, (*path, name))
        elif patterns := [one.pattern for one in info.metadata if getattr(one, "pattern", None)]:
            yield pytest.param(".".join((*path, name)), patterns, info.examples, id=".".join((*path, name)))


@pytest.mark.parametrize(("key", "patterns", "examples"), list(iterate_patterns(Config)))
def test_a_setting_of_a_certain_form_is_refused_with_examples_in_place_of_its_pattern(key, patterns, examples):
    assert all(re.search(pattern, example) for pattern in patterns for example in examples)
    nowhere = Path("/nowhere")
    with pytest.raises(
        ConfigError, match=f"{re.escape(key)} must be written as {re.escape(' or '.join(examples))}, not"
    ):
        load_config(Config, bundled=ROOT, user=nowhere, project=nowhere, environ={}, overrides={key: "Ü !"})
