import pytest

from moe.cli.group import cli
from moe.cli.remembered.listings import LISTINGS, is_listing


@pytest.mark.parametrize("words", [(), ("tools",), ("tools", "run"), ("run", "list"), ("--json", "tools", "list")])
def test_what_does_something_is_no_listing(words):
    assert not is_listing(words)


def test_every_listing_is_a_command():
    for group, names in LISTINGS.items():
        commands = cli.get_command(None, group).commands
        assert set(names) <= set(commands)
