"""Tables from keys to members, against dictionaries."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.knowledge.analysis.columns import EntryColumns
from moe.knowledge.index.format.postings import Postings, transpose
from moe.knowledge.index.update.postings_builder import PostingsCollector, build_postings, merge_postings

KEYS = st.one_of(st.integers(0, 20), st.integers(0, 2**64 - 1), st.sampled_from([0, 2**63, 2**64 - 1]))
ENTRIES = st.dictionaries(KEYS, st.integers(0, 255), max_size=8)
MEMBERS = st.lists(ENTRIES, max_size=20)


def collect(members: list[dict[int, int]], most_sorted: int = 1 << 22) -> Postings:
    collector = PostingsCollector(most_sorted=most_sorted)
    for first in range(0, len(members), 3):
        some = members[first : first + 3]
        keys = np.array([key for entries in some for key in entries], np.uint64)
        info = np.array([noted for entries in some for noted in entries.values()], np.uint8)
        collector.add(first, EntryColumns(np.array([len(entries) for entries in some], np.int32), keys, info))
    parts = collector.finish()
    return merge_postings(parts, [None] * len(parts), most_sorted=most_sorted)


def model(members: Mapping[int, dict[int, int]]) -> dict[int, list[tuple[int, int]]]:
    table: dict[int, list[tuple[int, int]]] = {}
    for member, entries in sorted(members.items()):
        for key, info in entries.items():
            table.setdefault(key, []).append((member, info))
    return dict(sorted(table.items()))


def read(postings: Postings) -> dict[int, list[tuple[int, int]]]:
    rows = {}
    for row, key in enumerate(postings.keys.tolist()):
        members, info = postings.row(row)
        assert postings.size(row) == len(members) > 0
        rows[key] = list(zip(members.tolist(), info.tolist(), strict=True))
    return rows


@given(MEMBERS, st.integers(1, 30))
def test_a_table_holds_what_was_collected_however_often_it_was_sorted_away(members, most_sorted):
    table = collect(members, most_sorted)
    assert list(read(table).items()) == list(model(dict(enumerate(members))).items())
    whole = collect(members)
    for name, array in table.name_arrays("t").items():
        assert array.dtype == whole.name_arrays("t")[name].dtype
        assert array.tobytes() == whole.name_arrays("t")[name].tobytes()


@given(MEMBERS, st.lists(KEYS, max_size=10))
def test_keys_are_found_one_by_one_and_together(members, others):
    table = collect(members)
    wanted = [*model(dict(enumerate(members))), *others]
    rows = [table.find(key) for key in wanted]
    assert table.find_many(wanted).tolist() == rows
    assert table.find_many(np.array(wanted, np.uint64)).tolist() == rows
    for key, row in zip(wanted, rows, strict=True):
        assert (row == -1) == all(key not in entries for entries in members)
        assert row == -1 or int(table.keys[row]) == key


@given(st.data(), st.integers(1, 30))
def test_merging_renumbers_drops_and_keeps_order(data, most_sorted):
    parts = data.draw(st.lists(MEMBERS, max_size=3))
    total = sum(map(len, parts))
    places = iter(data.draw(st.permutations(range(total))))
    kept = data.draw(st.sets(st.integers(0, max(0, total - 1))))
    numbers, expected = [], {}
    for members in parts:
        # within a part the order stays, as members ascend
        new = sorted(next(places) for _ in members)
        new = [number if number in kept else -1 for number in new]
        numbers.append(np.array(new, np.int32))
        expected |= {number: entries for number, entries in zip(new, members, strict=True) if number >= 0}
    merged = merge_postings([collect(members) for members in parts], numbers, most_sorted=most_sorted)
    assert read(merged) == model(expected)


@given(MEMBERS)
def test_transposing_tells_the_rows_of_each_member(members):
    table = collect(members)
    rows = transpose(table, len(members))
    for member, entries in enumerate(members):
        assert [int(table.keys[row]) for row in rows.gather(np.array([member]))[1]] == sorted(entries)


def test_an_empty_table_finds_nothing():
    table = build_postings(np.empty(0, np.uint64), np.empty(0, np.int32), np.empty(0, np.uint8))
    assert len(table) == 0
    assert table.find(7) == -1
    assert table.find_many([7, 8]).tolist() == [-1, -1]
    assert len(transpose(table, 3).gather(np.array([2]))[1]) == 0


def test_a_table_in_use_cannot_be_replaced():
    with pytest.raises(AttributeError):
        collect([{1: 1}]).keys = np.empty(0, np.uint64)  # type: ignore[misc]
