"""Keys are read by name, by those who say that they read keys, and are starred afterwards."""

import pytest

from moe_core.contracts.errors import ToolError
from moe_core.contracts.secret_box import SecretBox

ENVIRON = {"API_KEY": "one-two", "OTHER": "one-two-three", "SHORT": "ab"}


def test_the_settings_may_name_another_variable_and_longer_keys_are_starred_whole() -> None:
    box = SecretBox("depth", {"api_key_env": "OTHER"}, is_open=True, environ=ENVIRON)
    assert box.mask("one-two-three") == "one-two-three"
    assert box.get("api_key") == "one-two-three"
    assert SecretBox("depth", is_open=True, environ=ENVIRON).get("api_key") == "one-two"
    assert box.mask("key=one-two-three.") == "key=********."
    assert "one-two" not in repr(box)


def test_whoever_declares_nothing_reads_nothing() -> None:
    with pytest.raises(ToolError, match="does not declare that it reads keys"):
        SecretBox("depth", environ=ENVIRON).get("api_key")
    with pytest.raises(ToolError, match="needs MISSING, which is not set"):
        SecretBox("depth", is_open=True, environ=ENVIRON).get("missing")
