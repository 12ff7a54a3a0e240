"""What callers call collections, and what these are called where they are kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.server.collections.names import check_name, list_kept, make_own, show_name
from moe.server.keys.access import Access
from moe.server.keys.key import ADMIN, ApiKey
from moe_core.contracts.errors import RequestError


def make_access(key_id, *scopes):
    return Access(key=ApiKey(key_id=key_id, name="x", digest=b"", scopes=scopes, created=0.0))


ANN, BOB = make_access("a" * 12), make_access("b" * 12)
CHIEF, OPEN = make_access("c" * 12, ADMIN), Access()
_NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,48}", fullmatch=True)


@given(_NAMES)
def test_a_key_never_means_what_is_another_keys(name):
    kept = make_own(name, ANN)
    assert kept in list_kept(name, ANN)
    assert kept not in {*list_kept(name, BOB), *list_kept(kept, BOB)}
    assert (show_name(kept, ANN), show_name(kept, BOB)) == (kept.partition(".")[2], "")
    assert make_own(kept, ANN) == kept
    assert {show_name(kept, CHIEF), show_name(kept, OPEN)} == {kept}


def test_what_is_the_projects_is_seen_by_all_and_its_own_comes_first():
    assert list_kept("papers", ANN) == (f"{'a' * 12}.papers", "papers")
    assert list_kept("papers", CHIEF) == ("papers",)
    assert show_name("papers", ANN) == "papers"


@pytest.mark.parametrize("name", ["", ".a", "a/b", "..", "a" * 50, "é", "a\n", "a b"])
def test_what_no_collection_can_be_called_is_refused(name):
    with pytest.raises(RequestError, match="is no name for a collection"):
        check_name(name)
