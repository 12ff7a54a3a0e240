from pathlib import Path

import pytest

from moe_core.loading.plugins.installed import find_installed

GOOD = b"[moe.plugins]\nmain = moe_good\n"


def lay_out(site: Path, folder: str, points: bytes | None) -> None:
    (site / folder).mkdir(parents=True)
    if points is not None:
        (site / folder / "entry_points.txt").write_bytes(points)


def find(*paths: Path):
    return {one.name: one for one in find_installed([str(path) for path in paths])}


@pytest.mark.parametrize(
    ("folder", "name", "version"),
    [
        ("Moe.Good_One-1.2.dist-info", "moe-good-one", "1.2"),
        ("moe_good-1.2-py3.12.egg-info", "moe-good", "1.2"),
        ("moe_good.egg-info", "moe-good", ""),
    ],
)
def test_the_folder_says_whose_it_is(tmp_path, folder, name, version):
    lay_out(tmp_path, folder, GOOD)
    (one,) = find(tmp_path).values()
    assert (one.name, one.version, one.folder) == (name, version, tmp_path / folder)
    assert [(point.name, point.module, point.attribute) for point in one.points] == [("main", "moe_good", "")]


def test_a_value_may_name_an_attribute_and_extras(tmp_path):
    lay_out(tmp_path, "a-1.dist-info", b"[moe.plugins]\nx = pkg.mod : hooks.inner [extra]\n")
    (point,) = find(tmp_path)["a"].points
    assert (point.module, point.attribute) == ("pkg.mod", "hooks.inner")


@pytest.mark.parametrize(
    "points",
    [None, b"", b"[console_scripts]\nmoe.plugins\n\xff\xfe = \xff\n", b"[moe.plugins.other]\na = b\n", b"\0"],
)
def test_others_metadata_may_hold_anything(tmp_path, points):
    lay_out(tmp_path, "other-1.dist-info", points)
    lay_out(tmp_path, "moe_good-1.dist-info", b"[console_scripts]\n\xff no sign\n" + GOOD)
    found = find(tmp_path)
    assert found["moe-good"].faults == ()
    assert not found.get("other") or found["other"].points == ()


@pytest.mark.parametrize("line", [b"no sign", b"= moe_good", b"x = ", b"x = ]no[", b"x = a-b", b"\xff = moe_good"])
def test_a_damaged_line_is_a_fault_and_the_others_count(tmp_path, line):
    lay_out(tmp_path, "moe_torn-1.dist-info", GOOD + line + b"\n")
    torn = find(tmp_path)["moe-torn"]
    assert [point.module for point in torn.points] == ["moe_good"]
    assert len(torn.faults) == 1
    assert "entry_points.txt" in torn.faults[0]


def test_metadata_that_cannot_be_read_is_a_fault(tmp_path):
    (tmp_path / "moe_odd-1.dist-info" / "entry_points.txt").mkdir(parents=True)
    assert "cannot be read" in find(tmp_path)["moe-odd"].faults[0]


def test_the_first_on_the_path_counts_and_the_rest_of_an_uninstalled_one_does_not(tmp_path):
    lay_out(tmp_path / "one", "moe_good-1.dist-info", GOOD)
    lay_out(tmp_path / "two", "moe_good-2.dist-info", GOOD)
    lay_out(tmp_path / "two", "~oe_left-2.dist-info", GOOD)
    found = find(tmp_path / "nowhere", tmp_path / "one", tmp_path / "two")
    assert {name: one.version for name, one in found.items()} == {"moe-good": "1"}
