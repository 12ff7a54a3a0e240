import os

import pytest

from moe_core.loading.plugins.locking.contents import list_places, read_digests

NAMES = ["entry_points.txt", "lockone/__init__.py", "lockone/words.txt"]


def test_code_data_and_declarations_count_and_nothing_is_imported(shelf):
    package = shelf.install("lockone")
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "words.pyc").write_bytes(b"x")
    assert list(read_digests(shelf.find("lockone"))) == NAMES
    assert not shelf.marker.exists()


@pytest.mark.parametrize("name", ["__init__.py", "words.txt", "later.py", "below/__init__.py"])
def test_each_byte_counts_also_of_what_no_record_lists(shelf, name):
    package = shelf.install("lockone")
    before = read_digests(shelf.find("lockone"))
    (package / name).parent.mkdir(exist_ok=True)
    with (package / name).open("a") as file:
        file.write(" ")
    after = read_digests(shelf.find("lockone"))
    assert [one for one in after if before.get(one) != after[one]] == [f"lockone/{name}"]


def test_what_an_installer_put_beside_the_package_counts_too(shelf):
    shelf.install("lockone")
    (shelf.site / "lockone_more.py").write_text("A = 1\n")
    (shelf.site / "__editable__.lockone.pth").write_text("/here\n")
    with (shelf.site / "lockone-1.0.dist-info" / "RECORD").open("a") as file:
        file.write("lockone_more.py,,\n__editable__.lockone.pth,,\nlockone/gone.py,,\n/etc/hostname,,\n")
    assert list(read_digests(shelf.find("lockone"))) == [*NAMES, "lockone_more.py"]


def test_a_module_that_stands_before_the_installed_one_is_what_counts(shelf, tmp_path, monkeypatch):
    shelf.install("lockone")
    before = read_digests(shelf.find("lockone"))
    other = tmp_path / "other"
    (other / "lockone").mkdir(parents=True)
    (other / "lockone" / "__init__.py").write_text("A = 1\n")
    monkeypatch.syspath_prepend(other)
    after = read_digests(shelf.find("lockone"))
    assert after["lockone/__init__.py"] != before["lockone/__init__.py"]


def test_folders_that_are_links_are_followed_once(shelf, tmp_path):
    package = shelf.install("lockone")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "part.py").write_text("A = 1\n")
    (package / "parts").symlink_to(tmp_path / "parts")
    (package / "itself").symlink_to(package)
    assert "lockone/parts/part.py" in read_digests(shelf.find("lockone"))


def test_a_pipe_is_not_waited_for(shelf):
    os.mkfifo(shelf.install("lockone") / "pipe")
    with pytest.raises(OSError, match="no ordinary file"):
        read_digests(shelf.find("lockone"))


def test_folders_that_more_could_come_to_are_places(shelf):
    package = shelf.install("lockone")
    assert {package, package / "words.txt"} <= set(list_places(shelf.find("lockone")))
