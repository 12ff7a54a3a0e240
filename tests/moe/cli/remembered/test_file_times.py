import os

from hypothesis import given
from hypothesis import strategies as st

from moe.cli.remembered.file_times import RACY_NANOSECONDS, is_owned, is_settled, is_whole, look_owned, look_whole

LATER = 10 * RACY_NANOSECONDS


def test_a_file_that_comes_goes_or_changes_is_not_what_it_was(tmp_path):
    file = tmp_path / "a"
    look = look_whole([str(file)])
    assert is_whole(look)
    file.write_text("x")
    assert not is_whole(look)
    look = look_whole([str(file)])
    os.utime(file, ns=(1, 1))
    assert not is_whole(look)
    look = look_whole([str(file)])
    other = tmp_path / "b"
    other.write_text("y")
    os.utime(other, ns=(1, 1))
    other.replace(file)
    assert not is_whole(look)


def test_a_folder_tells_of_what_comes_to_it_and_goes_from_it_only_when_that_counts(tmp_path):
    look, owned = look_whole([str(tmp_path)]), look_owned([str(tmp_path)])
    os.utime(tmp_path, ns=(1, 1))
    (tmp_path / "new").mkdir()
    assert not is_whole(look)
    assert is_owned(owned)
    tmp_path.chmod(0o711)
    assert not is_owned(owned)


@given(st.integers(1, 10**18), st.integers(0, 10**10), st.integers(-(10**11), 10**11))
def test_no_file_is_believed_that_may_have_changed_while_it_was_read(changed, took, before):
    began = changed + before
    look = {"a": [0, 0, 0, 0, 0, 0, changed]}
    settled = is_settled(look, began=began, now=began + took)
    assert settled == (changed < began - RACY_NANOSECONDS or changed >= began + took + RACY_NANOSECONDS)
    assert is_settled({"a": 0}, began=began, now=began + took)
