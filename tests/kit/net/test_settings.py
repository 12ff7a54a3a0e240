import pytest

from moe_core import ToolError
from moe_kit.net.settings import NetSettings


def test_a_list_of_hosts_may_be_one_string_with_commas() -> None:
    assert NetSettings.read("t", {"allow_private": "a:1, b:2,"}).allow_private == ("a:1", "b:2")


@pytest.mark.parametrize(
    ("settings", "told"),
    [({"timeout": 3}, "timeout"), ({"timeout_seconds": 0}, "timeout_seconds"), ({"allow_private": 7}, "allow_private")],
)
def test_settings_that_do_not_fit_are_named_with_the_tool(settings: dict, told: str) -> None:
    with pytest.raises(ToolError, match=told) as caught:
        NetSettings.read("web_search", settings)
    assert "web_search" in str(caught.value)
    assert "config/tools.yaml" in (caught.value.hint or "")
