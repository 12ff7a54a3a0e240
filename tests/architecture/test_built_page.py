"""The built page is that of the sources in ui/; neither Node nor a browser is needed to tell."""

import gzip
import json
import re
import shutil
import zlib

import pytest

import build_record

MEND = "make ui builds the page anew"


def test_the_record_is_that_of_the_sources_and_of_the_built_files():
    said, real = build_record.read_record(), build_record.describe_build()
    assert said["sources"] == real["sources"], f"ui/ has changed since moe/web/static was built: {MEND}"
    assert said["files"] == real["files"], f"moe/web/static is not what was built: {MEND}"
    assert (said["moe"], said["api"]) == (real["moe"], real["api"]), f"the page is of another version: {MEND}"


@pytest.mark.parametrize("change", ["other text", "another name", "one more", "one less"])
def test_a_change_of_a_source_is_seen(tmp_path, change):
    for name in build_record.SOURCES:
        source = build_record.UI / name
        shutil.copytree(source, tmp_path / name) if source.is_dir() else shutil.copy(source, tmp_path / name)
    before = build_record.hash_sources(tmp_path)
    assert before == build_record.hash_sources()
    texts = tmp_path / "src" / "texts"
    if change == "other text":
        (texts / "shell.ts").write_text("export const shell = {};\n")
    elif change == "another name":
        (texts / "shell.ts").rename(texts / "frame.ts")
    elif change == "one more":
        (texts / "more.ts").touch()
    else:
        (texts / "shell.ts").unlink()
    assert build_record.hash_sources(tmp_path) != before


def test_the_lock_file_names_no_host():
    lock = (build_record.UI / "package-lock.json").read_text(encoding="utf-8")
    assert "node_modules/next" in lock
    assert "resolved" not in lock
    assert "://registry" not in lock


def measure_first_load(page: str) -> int:
    """Bytes with gzip that a browser fetches for a page before it can be used: the page, its scripts and styles."""
    html = (build_record.BUILT / page).read_text(encoding="utf-8")
    scripts = re.findall(r'<script src="/__moe_base__/([^"]+)"(?! noModule)', html)
    styles = re.findall(r'<link rel="stylesheet" href="/__moe_base__/([^"]+)"', html)
    assert scripts
    assert styles
    return sum(len(gzip.compress((build_record.BUILT / name).read_bytes(), 9)) for name in {page, *scripts, *styles})


@pytest.mark.parametrize(
    ("page", "most"),
    [("index.html", 350), ("personas/index.html", 300), ("runs/view/index.html", 260), ("graph/index.html", 300)],
)
def test_a_page_is_small_to_load_first(page, most):
    assert measure_first_load(page) <= most * 1000


def test_the_licences_of_what_the_page_is_built_with_are_shipped():
    told = (build_record.BUILT / "LICENCES.txt").read_text(encoding="utf-8")
    wanted = json.loads((build_record.UI / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lines = told.splitlines()
    assert [
        name for name, version in wanted.items() if not any(one.startswith(f"{name} {version}: ") for one in lines)
    ] == []
    assert not re.search(r"no licence named|GPL", told)


def test_a_wheel_with_the_page_is_at_most_a_megabyte_larger():
    packed = [len(zlib.compress(path.read_bytes(), 9)) for path in build_record.list_files(build_record.BUILT)]
    assert sum(packed) <= 1_000_000
