"""Whether a folder counts: by owner, by the user's word, by the content the word was given for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from moe.contracts.trust import TrustState, TrustVerdict
from moe.trust.store import TrustStore
from moe.trust.verdict import judge_folder

Judge = Callable[..., TrustVerdict]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "plugins" / "tools").mkdir(parents=True)
    (folder / "plugins" / "tools" / "weigh.py").write_text("print('weigh')\n", encoding="utf-8")
    (folder / "config").mkdir()
    (folder / "config" / "system.yaml").write_text("max_parallel: 2\n", encoding="utf-8")
    folder.chmod(0o755)
    return folder


@pytest.fixture
def store(tmp_path: Path) -> TrustStore:
    return TrustStore(tmp_path / "user")


@pytest.fixture
def judge(store: TrustStore, tmp_path: Path) -> Judge:
    bundled = tmp_path / "bundled"
    bundled.mkdir()

    def judge(folder: Path, **options: object) -> TrustVerdict:
        return judge_folder(folder, store, options.pop("environ", {}), bundled=bundled, **options)

    return judge


def trust(store: TrustStore, verdict: TrustVerdict) -> None:
    store.keep(verdict.folder, verdict.contents, at=1.0)


def test_a_folder_counts_after_the_user_s_word_and_no_longer_after_any_change(project, store, judge):
    first = judge(project)
    assert (first.state, first.counts, first.is_writable) == (TrustState.NEW, False, False)
    assert list(first.contents) == ["config/system.yaml", "plugins/tools/weigh.py"]
    assert "moe trust" in first.describe()
    trust(store, first)
    assert judge(project).counts
    assert judge(project).describe() == ""
    (project / "config" / "system.yaml").write_text("max_parallel: 3\n", encoding="utf-8")
    (project / "plugins" / "tools" / "_helper.py").write_text("x = 1\n", encoding="utf-8")
    (project / "plugins" / "tools" / "weigh.py").unlink()
    changed = judge(project)
    assert (changed.state, changed.counts) == (TrustState.CHANGED, False)
    assert changed.list_changes() == [
        ("changed", "config/system.yaml"),
        ("added", "plugins/tools/_helper.py"),
        ("removed", "plugins/tools/weigh.py"),
    ]
    assert "moe trust diff" in changed.describe()


@pytest.mark.parametrize("name", ["data.bin", "notes.txt", ".hidden", "deep/er/x.so"])
def test_every_file_that_code_could_read_counts_whatever_its_name(project, store, judge, name):
    trust(store, judge(project))
    path = project / "plugins" / "tools" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\xff\x00")
    assert judge(project).list_changes() == [("added", f"plugins/tools/{name}")]


def test_the_word_for_one_folder_says_nothing_of_another_nor_of_a_folder_that_took_its_place(project, store, judge):
    trust(store, judge(project))
    moved = project.rename(project.with_name("moved"))
    assert judge(moved).state is TrustState.NEW
    assert store.forget(project)
    assert not store.forget(project)


@pytest.mark.parametrize("part", ["", "plugins", "config/system.yaml", "plugins/tools"])
@pytest.mark.parametrize("mode", [0o777, 0o666 | 0o111])
def test_what_others_can_write_never_counts(project, store, judge, part, mode):
    trust(store, judge(project))
    (project / part).chmod(mode)
    verdict = judge(project)
    assert (verdict.state, verdict.counts, verdict.is_writable) == (TrustState.FOREIGN, False, False)
    assert "can be written by" in verdict.describe()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("part", ["", "plugins", "plugins/tools/weigh.py", ".moe"])
def test_what_belongs_to_somebody_else_never_counts(project, store, judge, part):
    (project / ".moe").mkdir()
    trust(store, judge(project))
    os.chown(project / part, 12345, 12345)
    verdict = judge(project)
    assert (verdict.state, verdict.counts) == (TrustState.FOREIGN, False)
    assert "12345" in verdict.reason


def test_links_that_lead_outside_are_refused(project, store, judge, tmp_path):
    outside = tmp_path / "outside.py"
    outside.write_text("x = 1\n", encoding="utf-8")
    (project / "plugins" / "tools" / "linked.py").symlink_to(outside)
    verdict = judge(project)
    assert verdict.state is TrustState.FOREIGN
    assert "leads outside" in verdict.reason


def test_a_pipe_is_refused_and_not_waited_for(project, judge):
    os.mkfifo(project / "plugins" / "tools" / "pipe.py")
    assert "no ordinary file" in judge(project).reason


def test_files_that_moe_ships_need_no_word(project, judge, tmp_path):
    for name in ("plugins", "config"):
        (project / name).rename(tmp_path / "bundled" / name)
        (project / name).mkdir()
    for path in (tmp_path / "bundled").rglob("*.*"):
        copy = project / path.relative_to(tmp_path / "bundled")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    assert judge(project).state is TrustState.EMPTY
    (project / "config" / "system.yaml").write_text("max_parallel: 9\n", encoding="utf-8")
    assert list(judge(project).contents) == ["config/system.yaml"]


def test_an_empty_folder_of_one_s_own_may_be_written_to_and_one_of_everybody_s_may_not(tmp_path, judge):
    own = tmp_path / "own"
    own.mkdir(mode=0o755)
    assert (judge(own).state, judge(own).is_writable, judge(own).describe()) == (TrustState.EMPTY, True, "")
    own.chmod(0o777)
    assert (judge(own).state, judge(own).is_writable) == (TrustState.EMPTY, False)


def test_folders_listed_in_the_environment_count_and_ignored_ones_do_not(project, judge):
    assert judge(project, environ={"MOE_TRUST": str(project.parent)}).counts
    assert not judge(project, environ={"MOE_TRUST": f"{project.parent}/proj"}).counts
    ignored = judge(project, environ={"MOE_TRUST": "/"}, is_ignored=True)
    assert (ignored.counts, ignored.describe()) == (False, "")


def test_a_damaged_record_of_trust_is_no_trust(project, store, judge):
    trust(store, judge(project))
    (path,) = (store.user / "trust").iterdir()
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    assert judge(project).state is TrustState.NEW


def test_a_workspace_that_is_a_link_to_elsewhere_is_nobody_s_to_write_to(project, store, judge, tmp_path):
    trust(store, judge(project))
    (tmp_path / "elsewhere").mkdir(mode=0o755)
    (project / ".moe").symlink_to(tmp_path / "elsewhere")
    judged = judge(project)
    assert (judged.state, judged.counts, judged.is_writable) == (TrustState.FOREIGN, False, False)
    assert "leads out of the folder" in judged.describe()
    (project / ".moe").unlink()
    (project / "kept").mkdir(mode=0o755)
    (project / ".moe").symlink_to("kept")
    assert judge(project).counts
