"""Laws of the catalog."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.contracts.errors import NameTakenError, NameUnknownError
from moe_core.contracts.plugin import Entry, Kind, PluginSource
from moe_core.loading.registry import Catalog

names = st.sampled_from(["search", "searches", "count", "table", "web_search"])
plugins = st.sampled_from(["bundled/a.py", "bundled/b.py", "project/c.py", "moe-dist"])


def make_entry(name, plugin):
    return Entry(kind=Kind.TOOL, name=name, offered=object(), source=PluginSource(plugin=plugin, origin="code"))


# A plugin brings a name at most once; loading sees to that.
entry_lists = st.lists(st.tuples(names, plugins), unique=True).map(lambda keys: [make_entry(*key) for key in keys])


def look_up(catalog, name):
    try:
        return catalog.get(name)
    except NameTakenError as error:
        return ("taken", frozenset(error.owners))
    except NameUnknownError:
        return "unknown"


@given(entry_lists, st.randoms(use_true_random=False))
def test_the_order_of_entries_does_not_change_what_a_name_means(entries, random):
    shuffled = list(entries)
    random.shuffle(shuffled)
    one, other = Catalog(Kind.TOOL, entries), Catalog(Kind.TOOL, shuffled)
    for name in [*one.names(), "nobody", *(entry.full_id for entry in entries)]:
        assert look_up(one, name) == look_up(other, name)
    assert one.names() == other.names()


@given(entry_lists)
def test_a_name_brought_twice_never_resolves_and_names_every_owner(entries):
    catalog = Catalog(Kind.TOOL, entries)
    for name in catalog.names():
        owners = [entry.full_id for entry in entries if entry.name == name]
        if len(owners) > 1:
            with pytest.raises(NameTakenError) as caught:
                catalog.get(name)
            assert sorted(caught.value.owners) == sorted(owners)
            assert name not in catalog
            assert name in catalog.collisions()
        else:
            assert catalog.get(name).full_id == owners[0]
            assert name not in catalog.collisions()


@given(entry_lists)
def test_a_full_id_always_resolves_to_its_entry(entries):
    catalog = Catalog(Kind.TOOL, entries)
    assert all(catalog.get(entry.full_id) is entry for entry in entries)
    assert all(entry.full_id in catalog for entry in entries)
    assert list(catalog) == entries


@given(entry_lists, st.text(max_size=12))
def test_an_unknown_name_is_refused_with_names_that_exist(entries, name):
    catalog = Catalog(Kind.TOOL, entries)
    if name in catalog.names() or name in catalog:
        return
    assert catalog.find(name) is None
    with pytest.raises(NameUnknownError) as caught:
        catalog.get(name)
    assert set(caught.value.near) <= set(catalog.names())
    assert caught.value.hint


def test_a_slip_of_the_pen_finds_the_nearest_name():
    catalog = Catalog(Kind.TOOL, [make_entry("calculator", "a"), make_entry("web_search", "b")])
    assert catalog.nearest("calcualtor") == ["calculator"]
    assert catalog.nearest("search") == ["web_search"]
