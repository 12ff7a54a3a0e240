"""The built page is that of the sources in ui/; neither Node nor a browser is needed to tell."""

import shutil

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
