import os

import pytest

from moe_core.loading.plugins.stamps import is_same, take_stamps

LONG_AGO = 1_500_000_000_000_000_000


@pytest.mark.parametrize("is_old", [True, False])
def test_a_file_is_the_same_until_it_changes(tmp_path, is_old):
    path = tmp_path / "plugin.py"
    path.write_text("one")
    if is_old:
        os.utime(path, ns=(LONG_AGO, LONG_AGO))
    (stamp,) = take_stamps([str(path), str(path)])
    assert is_same(stamp)
    assert bool(stamp.digest) is not is_old
    path.write_text("three")
    assert not is_same(stamp)
    path.unlink()
    assert not is_same(stamp)


def test_a_change_within_one_tick_of_the_clock_is_seen(tmp_path):
    path = tmp_path / "plugin.py"
    path.write_text("one")
    (stamp,) = take_stamps([str(path)])
    path.write_text("two")
    os.utime(path, ns=(stamp.modified, stamp.modified))
    assert not is_same(stamp)


def test_another_file_at_the_same_place_is_not_the_same(tmp_path):
    path, other = tmp_path / "plugin.py", tmp_path / "other.py"
    for one, text in ((path, "one"), (other, "two")):
        one.write_text(text)
        os.utime(one, ns=(LONG_AGO, LONG_AGO))
    (stamp,) = take_stamps([str(path)])
    other.rename(path)
    assert not is_same(stamp)


def test_a_file_that_is_not_there_is_the_same_until_it_is(tmp_path):
    path = tmp_path / "later"
    (stamp,) = take_stamps([str(path)])
    assert is_same(stamp)
    path.write_text("")
    assert not is_same(stamp)


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (stamp,) = take_stamps([str(tmp_path / "pipe")])
    assert is_same(stamp)
