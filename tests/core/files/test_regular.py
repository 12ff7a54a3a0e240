import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bundled_reading import FORMATS, load_bundled
from moe.evaluation.questions import load_questions
from moe.evaluation.sentences import read_given_sentences
from moe_core.files.regular import open_regular, read_regular
from moe_core.loading.modelfile.load import load_modelfile
from moe_core.loading.modelfile.sibling import read_sibling
from moe_core.loading.plugins.module_files import load_module_file
from moe_core.loading.plugins.persona_files import load_personas
from moe_kit.serving.replaying import load_replay

DOORS: dict[str, Callable[[Path], object]] = {
    "document.txt": lambda path: load_bundled(path, path.name),
    "document.pdf": lambda path: load_bundled(path, path.name),
    "document.docx": lambda path: load_bundled(path, path.name),
    "document.epub": lambda path: load_bundled(path, path.name),
    "document.jsonl": lambda path: load_bundled(path, path.name),
    "plugin.py": load_module_file,
    "persona.json": lambda path: load_personas(path, plugin="p"),
    "agent.moe": load_modelfile,
    "schema.json": lambda path: read_sibling(path.name, path.parent),
    "questions.jsonl": load_questions,
    "corpus.jsonl": lambda path: read_given_sentences(str(path), FORMATS),
    "replay.jsonl": load_replay,
    "anything": lambda path: read_regular(path, max_bytes=10),
}


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_device(path: Path) -> None:
    os.symlink("/dev/zero", path)


def make_dead_link(path: Path) -> None:
    os.symlink("nowhere", path)


@pytest.mark.skipif(os.name != "posix", reason="no pipes and devices here")
@pytest.mark.parametrize("make", [make_pipe, make_device, make_dead_link])
@pytest.mark.parametrize("name", DOORS)
def test_what_is_no_regular_file_is_refused_at_every_door(name: str, make, tmp_path: Path) -> None:
    make(tmp_path / name)
    with pytest.raises(Exception, match=r"ordinary file|[Nn]o such file|no file|link to nothing|outside"):
        DOORS[name](tmp_path / name)


def test_a_pipe_that_takes_a_files_place_is_not_waited_for(tmp_path: Path, monkeypatch) -> None:
    path, look, regular = tmp_path / "pipe", os.stat, os.stat(__file__)
    os.mkfifo(path)
    monkeypatch.setattr(os, "stat", lambda at, **options: regular if at == path else look(at, **options))
    with pytest.raises(OSError, match="ordinary file"):
        open_regular(path)


def test_a_file_is_read_up_to_its_cap(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10)
    assert read_regular(tmp_path / "a", max_bytes=10) == b"x" * 10
    with pytest.raises(OSError, match="larger than 9 bytes"):
        read_regular(tmp_path / "a", max_bytes=9)
