"""Loading the configuration: layers, origins and errors, through the public door."""

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from moe.configuration import Config
from moe_core.contracts.errors import ConfigError
from moe_core.loading.config.keys import join_key, split_key
from moe_core.loading.config.load import load_config
from moe_core.loading.config.settings import Settings


@pytest.fixture
def roots(tmp_path):
    """Writes files below bundled/, user/ and project/, and loads them all."""

    class Roots:
        def path(self, place: str) -> Path:
            layer, name = place.split("/")
            return tmp_path / layer / "config" / name

        def write(self, place: str, text: str | bytes) -> Path:
            path = self.path(place)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode() if isinstance(text, str) else text)
            return path

        def load(self, environ=None, overrides=None):
            places = {name: tmp_path / name for name in ("bundled", "user", "project")}
            return load_config(Config, **places, environ=environ or {}, overrides=overrides or {})

        def fail(self, environ=None, overrides=None) -> ConfigError:
            with pytest.raises(ConfigError) as caught:
                self.load(environ, overrides)
            assert "\n" not in caught.value.message
            return caught.value

    return Roots()


def test_without_any_file_the_defaults_stand(roots):
    loaded = roots.load()
    assert loaded.config.system.provider == "auto"
    assert dict(loaded.origins) == {}
    assert str(loaded.get_origin("system.provider")) == "default"
    assert loaded.files == ()


class _Sea(Settings):
    salt_percent: float = Field(3.5, gt=0)


class _Chart(Settings):
    north: _Sea = Field(default_factory=_Sea)


def test_files_are_checked_against_the_schema_that_is_given(roots, tmp_path):
    roots.write("user/north.yaml", "salt_percent: 4\n")
    roots.write("user/system.yaml", "provider: 7\n")
    places = {"bundled": tmp_path / "bundled", "user": tmp_path / "user", "project": None}
    loaded = load_config(_Chart, **places, environ={"MOE_NORTH__SALT_PERCENT": "5"}, overrides={})
    assert loaded.config == _Chart(north=_Sea(salt_percent=5))
    roots.write("user/north.yaml", "salt_percnt: 4\n")
    with pytest.raises(ConfigError, match=r"unknown key north\.salt_percnt") as caught:
        load_config(_Chart, **places, environ={}, overrides={})
    assert caught.value.hint == "did you mean 'salt_percent'?"


def test_each_layer_goes_above_the_one_before(roots):
    for layer in ("bundled", "user", "project"):
        roots.write(f"{layer}/system.yaml", f"provider: {layer}\n")
        assert roots.load().config.system.provider == layer
    environ = {"MOE_SYSTEM__PROVIDER": "environ"}
    assert roots.load(environ).config.system.provider == "environ"
    assert roots.load(environ, {"system.provider": "flag"}).config.system.provider == "flag"


@pytest.mark.parametrize("keyed", ["user", "project"])
def test_a_tool_s_key_and_address_never_come_from_two_layers(roots, keyed):
    said = {"user": "{endpoint: https://a, limit: 3}", "project": "{endpoint: https://b}"}
    said[keyed] = "{key_env: MINE}"
    for layer, settings in said.items():
        roots.write(f"{layer}/tools.yaml", f"search: {{settings: {settings}}}\n")
    assert roots.load().config.tools["search"].settings == (
        {"key_env": "MINE"} if keyed == "project" else {"endpoint": "https://b"}
    )


def test_a_tool_s_other_settings_are_joined(roots):
    roots.write("user/tools.yaml", "search: {settings: {endpoint: https://a}}\n")
    roots.write("project/tools.yaml", "search: {settings: {limit: 3}}\n")
    assert roots.load().config.tools["search"].settings == {"endpoint": "https://a", "limit": 3}


def test_every_value_knows_who_set_it(roots):
    roots.write("bundled/system.yaml", "# remark\n\nprovider: auto\nseed: 1\nmax_belters: 1\n")
    roots.write("user/system.yaml", "seed: 2\n")
    roots.write("project/thresholds.yaml", "route_share: 0.5\n")
    loaded = roots.load({"MOE_SYSTEM__MAX_BELTERS": "3"}, {"system.record": False})
    assert {key: str(origin) for key, origin in loaded.origins.items()} == {
        "system.provider": "bundled config/system.yaml:3",
        "system.seed": "user config/system.yaml:1",
        "system.max_belters": "environment MOE_SYSTEM__MAX_BELTERS",
        "system.record": "flag --set",
        "thresholds.route_share": "project config/thresholds.yaml:1",
    }
    assert loaded.get_origin("system.seed").source == f"{roots.path('user/system.yaml')}:1"
    assert loaded.files == (
        roots.path("bundled/system.yaml"),
        roots.path("user/system.yaml"),
        roots.path("project/thresholds.yaml"),
    )


def test_mappings_are_joined_and_lists_replaced(roots):
    roots.write("bundled/tools.yaml", "api:\n  settings:\n    allow: [a, b]\n    depth: 1\n  category: net\n")
    roots.write("project/tools.yaml", "api:\n  settings:\n    allow: [c]\n")
    loaded = roots.load()
    tool = loaded.config.tools["api"]
    assert tool.settings == {"allow": ["c"], "depth": 1}
    assert tool.category == "net"
    assert str(loaded.origins["tools.api.settings.allow"]) == "project config/tools.yaml:3"
    assert str(loaded.origins["tools.api.settings.depth"]) == "bundled config/tools.yaml:4"


def test_a_replaced_mapping_leaves_no_origin_behind(roots):
    roots.write("bundled/tools.yaml", "api:\n  settings:\n    limits: {a: 1, b: 2}\n")
    roots.write("project/tools.yaml", "api:\n  settings:\n    limits: none\n")
    loaded = roots.load()
    assert loaded.config.tools["api"].settings == {"limits": "none"}
    assert list(loaded.origins) == ["tools.api.settings.limits"]


def test_a_checkout_of_moe_is_no_layer_of_its_own(roots):
    roots.write("bundled/system.yaml", "seed: 1\n")
    same = roots.write("project/system.yaml", "seed: 1\n")
    roots.write("bundled/thresholds.yaml", "route_share: 0.5\n")
    roots.write("project/thresholds.yaml", "route_share: 0.6\n")
    roots.write("user/system.yaml", "seed: 5\n")
    loaded = roots.load()
    assert same not in loaded.files
    assert loaded.config.system.seed == 5
    assert str(loaded.origins["thresholds.route_share"]) == "project config/thresholds.yaml:1"


def test_tools_and_models_load_as_the_documentation_writes_them(roots):
    roots.write(
        "project/tools.yaml",
        "your_tool: {category: x, capabilities: [a], parameters: {param1: str}}\nmine: {class: 'pkg.mod:Tool'}\n",
    )
    roots.write(
        "project/models.yaml",
        "your_model: {type: belter, base: base_model:version, port: 6001, capabilities: [a]}\n",
    )
    loaded = roots.load()
    tool, model = loaded.config.tools["your_tool"], loaded.config.models["your_model"]
    assert (tool.category, tool.capabilities, tool.parameters) == ("x", ("a",), {"param1": "str"})
    assert (model.type, model.base, model.port, model.capabilities) == ("belter", "base_model:version", 6001, ("a",))
    assert loaded.config.tools["mine"].reference == "pkg.mod:Tool"
    assert str(loaded.origins["tools.mine.class"]) == "project config/tools.yaml:2"


@pytest.mark.parametrize(
    ("text", "place", "key", "words", "hint"),
    [
        ("seed: 1\nprovder: x\n", 2, "system.provder", "unknown key", "'provider'"),
        ("roles:\n  belters: x\n", 2, "system.roles.belters", "unknown key", "'belter'"),
        ("route_share: 0.5\n", 1, "system.route_share", "unknown key", "'thresholds.route_share'"),
        ("zzzz: 1\n", 1, "system.zzzz", "unknown key", "there are: provider, roles"),
        ("max_parallel: many\n", 1, "system.max_parallel", "must be a whole number, not 'many'", "by default it is 8"),
        ("max_parallel: 0\n", 1, "system.max_parallel", "must be at least 1, not 0", "by default it is 8"),
        ("deadline_seconds: 0\n", 1, "system.deadline_seconds", "must be greater than 0", "by default it is"),
        ("seed: true\n", 1, "system.seed", "must be a number, not true", "by default it is 0"),
        ("record: perhaps\n", 1, "system.record", "must be true or false", "by default it is true"),
        ("provider: 7\n", 1, "system.provider", "must be text, not 7", "quotes"),
        ("provider:\n", 1, "system.provider", "must be text, not null", None),
        ("seed: 1\nroles:\n", 2, "system.roles", "must be a mapping, not null", "{}"),
        ("roles: [a]\n", 1, "system.roles", "must be a mapping, not a list", "{}"),
    ],
)
def test_a_wrong_setting_says_what_where_and_how_to_mend_it(roots, text, place, key, words, hint):
    path = roots.write("project/system.yaml", text)
    error = roots.fail()
    assert error.source == f"{path}:{place}"
    assert error.message.startswith(f"{path}:{place}: ")
    assert error.key == key
    assert key in error.message
    assert words in error.message
    assert (hint in error.hint) if hint else error.hint is None


@pytest.mark.parametrize(
    ("text", "key", "words", "hint"),
    [
        ("m: {type: belt}", "models.m.type", "must be one of 'camina', 'belter'", "'belter'"),
        ("m: {capabilities: a}", "models.m.capabilities", "must be a list, not 'a'", "[a, b]"),
        ("m: {capabilities: [a, 7]}", "models.m.capabilities.1", "must be text, not 7", "quotes"),
        ("m: {port: 70000}", "models.m.port", "must be at most 65535", None),
        ("m: {temperature: 1}", "models.m.temperature", "unknown key", "under 'parameters'"),
        ("m: mistral:7b", "models.m", "must be a mapping", "write m: {base: mistral:7b}"),
        ("m: grpc://h:1", "models.m", "must be a mapping", "write m: {url: grpc://h:1}"),
        ("m: [a]", "models.m", "must be a mapping", "{}"),
        ("models: {m: {base: b}}", "models.models.m", "unknown key", "write m there, not below models"),
        ("agents: {m: {url: 'grpc://h:1'}}", "models.agents.m", "unknown key", "stand at the top of models.yaml"),
        ("m: {price: {prompt_per_million: 1}}", "models.m.price", "unknown key", "'prices'"),
        ("m: {prot: 1}", "models.m.prot", "unknown key", "'port'"),
        ("m: {modle: x}", "models.m.modle", "unknown key", "under 'parameters'; there are: "),
        ("m: {ULR: x}", "models.m.ULR", "unknown key", "'url'"),
        ("m: {provder: x}", "models.m.provder", "unknown key", "'provider'"),
        ("m: {url: ['grpc://h:1', 3]}", "models.m.url.1", "must be text, not 3", "quotes"),
        ("m: {url: 3}", "models.m.url", "must be text, not 3", "quotes"),
        ("llama3.2: {bas: x}", 'models."llama3.2".bas', "unknown key", "'base'"),
    ],
)
def test_a_wrong_entry_names_its_key(roots, text, key, words, hint):
    roots.write("user/models.yaml", text)
    error = roots.fail()
    assert error.key == key
    assert words in error.message
    assert (hint in error.hint) if hint else error.hint is None


def test_further_faults_are_counted(roots):
    roots.write("user/system.yaml", "a1: 1\nb1: 2\nc1: 3\n")
    assert roots.fail().message.endswith("(and 2 more)")


def test_a_fault_names_the_layer_that_brought_it(roots):
    roots.write("bundled/system.yaml", "seed: 1\n")
    path = roots.write("user/system.yaml", "\n\nseed: x\n")
    roots.write("project/system.yaml", "max_belters: 1\n")
    assert roots.fail().source == f"{path}:3"


def test_a_long_value_is_cut_in_the_message(roots):
    roots.write("user/system.yaml", f"seed: {'x' * 5000}\n")
    assert len(roots.fail().message) < 400


def test_an_empty_file_is_fine(roots):
    for layer in ("bundled", "user", "project"):
        for name in ("system", "models", "providers"):
            roots.write(f"{layer}/{name}.yaml", "# nothing yet\n")
    assert roots.load().config.system.provider == "auto"


def test_files_that_cannot_be_read_are_named(roots):
    roots.path("user/system.yaml").mkdir(parents=True)
    assert re.search(r"system\.yaml is a folder", roots.fail().message)
    roots.path("user/system.yaml").rmdir()
    roots.path("user/system.yaml").symlink_to("nowhere")
    assert "system.yaml is not there" in roots.fail().message
    roots.path("user/system.yaml").unlink()
    roots.write("user/system.yaml", b"seed: 1\nprovider: caf\xe9\n")
    assert roots.fail().message.endswith("system.yaml:2: not UTF-8 text")
    roots.write("user/system.yaml", b"#" * 1_000_001)
    assert "larger than" in roots.fail().message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(roots):
    roots.write("user/system.yaml", "").unlink()
    os.mkfifo(roots.path("user/system.yaml"))
    assert "no ordinary file" in roots.fail().message


@pytest.mark.parametrize("name", ["sytem.yaml", "system.yml", "System.yaml", "systems.yaml"])
def test_a_misspelt_file_of_ours_is_an_error(roots, name):
    path = roots.write(f"project/{name}", "provider: x\n")
    if name == "System.yaml" and roots.path("project/system.yaml").exists():
        pytest.skip("this file system does not tell the two apart")
    error = roots.fail()
    assert str(path) in error.message
    assert error.hint == "did you mean system.yaml?"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("model.yaml", "encoder: {layers: 4, kind: conv}\nlr: 0.1\n"),
        ("sytem.yaml", ""),
        ("systems.yaml", "- a list\n"),
        ("tool.yaml", "{% template %}\n"),
        ("database.yaml", "provider: postgres\n"),
        ("system.json", '{"provider": "x"}'),
    ],
)
def test_files_of_other_programs_are_let_alone(roots, name, text):
    roots.write(f"project/{name}", text)
    assert roots.load().files == ()


def test_a_file_called_config_belongs_to_somebody_else(roots, tmp_path):
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "config").write_text("x = 1")
    assert roots.load().files == ()


def test_variables_set_any_key_in_any_case(roots):
    roots.write("bundled/tools.yaml", "http_api: {settings: {allow: []}}\n")
    roots.write("user/models.yaml", "llama3.2: {base: 'x:1'}\nmy-model: {base: 'y:1'}\n")
    environ = {
        "MOE_SYSTEM__ROLES__BELTER": "mistral:7b",
        "moe_system__max_parallel": "3",
        "MOE_TOOLS__HTTP_API__SETTINGS__ALLOW": "[api.example.org]",
        "MOE_TOOLS__SUMS": "{alias: calculator}",
        "MOE_TOOLS__MINE__CLASS": "pkg.mod:Tool",
        "MOE_MODELS__LLAMA3_2__PORT": "6001",
        "MOE_MODELS__MY_MODEL__ENABLED": "no",
        "MOE_PROVIDERS__ORDER": "[ollama, extractive]",
    }
    config = roots.load(environ).config
    assert config.system.roles.belter == "mistral:7b"
    assert config.system.max_parallel == 3
    assert config.tools["http_api"].settings == {"allow": ["api.example.org"]}
    assert config.tools["sums"].alias == "calculator"
    assert config.tools["mine"].reference == "pkg.mod:Tool"
    assert config.models["llama3.2"].port == 6001
    assert config.models["my-model"].enabled is False
    assert config.providers.order == ("ollama", "extractive")


def test_a_variable_that_fits_two_names_is_an_error(roots):
    roots.write("user/models.yaml", "a-b: {base: 'x:1'}\na.b: {base: 'y:1'}\n")
    assert "could mean" in roots.fail({"MOE_MODELS__A_B__PORT": "6001"}).message


@pytest.mark.parametrize("name", ["MOE_PLUGIN_PATH", "MOE_PROJECT", "MOE_USER_DIR", "MOE_OTHER", "MOE_", "X__Y", "MOE"])
def test_other_variables_are_no_settings(roots, name):
    assert roots.load({name: "x"}).origins == {}


@pytest.mark.parametrize(
    ("name", "value", "words", "hint"),
    [
        ("MOE_SYTEM__PROVIDER", "x", "sytem.provider", "MOE_SYSTEM__PROVIDER"),
        ("MOE_SYSTEM__PROVDER", "x", "system.provder", "MOE_SYSTEM__PROVIDER"),
        ("MOE_ROUTE__ROUTE_SHARE", "x", "route.route_share", "MOE_THRESHOLDS__ROUTE_SHARE"),
        ("MOE_SYSTEM__", "x", "names no setting", "MOE_SYSTEM__PROVIDER"),
        ("MOE_SYSTEM__SEED", "x", "must be a whole number", "by default it is 0"),
        ("MOE_SYSTEM__ROLES", "[a", "not valid YAML", "close each bracket"),
        ("MOE_SYSTEM__SEED__X", "1", "system.seed must be a whole number, not a mapping", "by default it is 0"),
    ],
)
def test_a_wrong_variable_is_named_with_the_one_that_was_meant(roots, name, value, words, hint):
    error = roots.fail({name: value})
    assert error.message.startswith(f"environment variable {name}")
    assert words in error.message
    assert (hint in error.hint) if hint else error.hint is None


def test_flags_take_text_and_values(roots):
    overrides = {
        "system.max_parallel": "4",
        "system.record": False,
        "providers.order": ["a", "b"],
        'models."llama3.2".base': "llama3.2:3b",
        "tools.api.settings": {"allow": ["x"]},
        "tools.api.settings.depth": "2",
    }
    loaded = roots.load(overrides=overrides)
    assert loaded.config.system.max_parallel == 4
    assert loaded.config.system.record is False
    assert loaded.config.providers.order == ("a", "b")
    assert loaded.config.models["llama3.2"].base == "llama3.2:3b"
    assert loaded.config.tools["api"].settings == {"allow": ["x"], "depth": 2}
    assert str(loaded.origins['models."llama3.2".base']) == "flag --set"


@pytest.mark.parametrize(
    ("key", "words", "hint"),
    [
        ("system.provder", "--set system.provder: unknown key system.provder", "'system.provider'"),
        ("provider", "unknown key provider", "'system.provider'"),
        ("system..provider", "is no key", "dotted"),
        ("", "is no key", "dotted"),
        ('models."a.b', "quote out of place", "models."),
    ],
)
def test_a_wrong_flag_is_named_with_the_key_that_was_meant(roots, key, words, hint):
    error = roots.fail(overrides={key: "x"})
    assert words in error.message
    assert hint in error.hint


@given(st.lists(st.text(min_size=1).filter(lambda part: '"' not in part), min_size=1, max_size=4))
def test_a_dotted_key_says_its_path(parts):
    assert split_key(join_key(tuple(parts))) == tuple(parts)


def test_origins_cannot_be_changed(roots):
    roots.write("user/system.yaml", "seed: 1\n")
    with pytest.raises(TypeError):
        roots.load().origins["system.seed"] = None


def test_a_setting_with_one_underscore_is_not_passed_over(roots):
    error = roots.fail({"MOE_SYSTEM_DEADLINE_SECONDS": "5"})
    assert "MOE_SYSTEM_DEADLINE_SECONDS names no setting" in error.message
    assert error.hint == "did you mean MOE_SYSTEM__DEADLINE_SECONDS?"
    assert roots.load({"MOE_PLUGIN_PATH": "x", "MOE_SYSTEM": "x", "MOE_SYSTEM_ELSE": "x"}).config.system
