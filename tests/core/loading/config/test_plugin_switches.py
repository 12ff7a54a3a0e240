import pytest

from moe_core.contracts.errors import ConfigError
from moe_core.loading.config.plugin_switches import write_plugin_switch


def test_a_switch_is_written_and_the_rest_of_the_file_stays(tmp_path):
    path = write_plugin_switch(tmp_path, "moe-a", is_enabled=False)
    path.write_text("# mine\nother: {enabled: false}  # slow\n" + path.read_text())
    write_plugin_switch(tmp_path, "moe-b", is_enabled=False)
    write_plugin_switch(tmp_path, "moe-a", is_enabled=True)
    assert path.read_text().splitlines() == [
        "# mine",
        "other: {enabled: false}  # slow",
        '"moe-b": {enabled: false}',
        '"moe-a": {enabled: true}',
    ]
    assert [one.name for one in path.parent.iterdir()] == ["plugins.yaml"]


@pytest.mark.parametrize(
    "text", ["moe-a:\n  enabled: true\n", "{moe-b: {enabled: true}}\n", "- moe-a\n", "a: [\n", b"\xff"]
)
def test_a_file_that_only_a_person_can_change_is_left_alone(tmp_path, text):
    path = tmp_path / "config" / "plugins.yaml"
    path.parent.mkdir()
    content = text if isinstance(text, bytes) else text.encode()
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        write_plugin_switch(tmp_path, "moe-a", is_enabled=False)
    assert caught.value.hint == 'write into it: "moe-a": {enabled: false}'
    assert path.read_bytes() == content
