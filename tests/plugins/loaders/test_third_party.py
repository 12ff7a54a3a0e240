"""A loader that comes as an installed distribution, through every door that reads documents."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

LOGBOOK = '''
from pathlib import Path

from moe_core import Document, DocumentError, Loaded, Loader, Page, Section, hookimpl


class LogbookLoader(Loader):
    """Reads ships' logbooks."""

    name = "logbook"
    summary = "Logbooks of ships"
    label = "logbook"
    suffixes = (".logbook", ".pdf")

    def load(self, path: Path, document_id: str) -> Loaded:
        print("noise that belongs nowhere")
        text, pages, notes, columns = "", [], [], []
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("=== "):
                pages.append(Page(label=line[4:], start=len(text)))
            elif line == "[torn]":
                notes.append(f"page {pages[-1].label}: an entry is torn out")
            elif line.startswith("#"):
                columns = line[1:].split("|")
            elif columns:
                cells = zip(columns, line.split("|"))
                text += "; ".join(f"{key.strip()}: {value.strip()}" for key, value in cells) + "\\n"
            else:
                text += line + "\\n"
        if not text:
            raise DocumentError(f"{document_id} holds no entry", path=document_id, hint="give the whole logbook")
        sections = (Section(title="Entries", level=1, start=0, end=len(text)),)
        document = Document(
            document_id=document_id, title="", text=text, source=document_id, media_type="text/x-logbook",
            sections=sections, pages=tuple(pages),
        )
        return Loaded(documents=(document,), notes=tuple(notes))


@hookimpl
def moe_loaders():
    return [LogbookLoader]
'''
VOYAGE = """=== 3
The brig Solveig left Tarn Haven on the second of May.
=== 4
# day | wind | sails
Monday | north-west | topsails
Tuesday | calm | none
[torn]
"""


@pytest.fixture
def moe(tmp_path: Path):
    """The command line in a folder of its own, with the distribution installed as an installer lays it out."""
    site, home = tmp_path / "site", tmp_path / "home"
    info = site / "moe_plugin_logbook-1.0.dist-info"
    info.mkdir(parents=True)
    home.mkdir()
    (tmp_path / "work").mkdir()
    (site / "moe_plugin_logbook.py").write_text(LOGBOOK)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: moe-plugin-logbook\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[moe.plugins]\nlogbook = moe_plugin_logbook\n")
    environment = {
        **os.environ,
        "HOME": str(home),
        "PYTHONPATH": os.pathsep.join([str(site), *(entry for entry in sys.path if entry)]),
    }

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "moe", *arguments],
            cwd=tmp_path / "work",
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )

    run.folder = tmp_path / "work"
    return run


def test_it_reads_its_format_with_pages_tables_and_notes(moe) -> None:
    (moe.folder / "voyage.logbook").write_text(VOYAGE)
    found = moe(
        "run", "When did the brig Solveig leave Tarn Haven?", "--docs", ".", "--provider", "extractive", "--json"
    )
    assert found.returncode == 0, found.stderr
    result = json.loads(found.stdout)
    assert "second of May" in result["answer"]
    assert [note["reason"] for note in result["left_out"]] == ["page 4: an entry is torn out"]
    found = moe("run", "Which sails were set on Monday?", "--docs", ".", "--provider", "extractive", "--json")
    assert "day: Monday; wind: north-west; sails: topsails" in found.stdout
    assert "noise" not in found.stdout + found.stderr


def test_it_reads_for_an_index_too_and_its_refusal_is_one_line(moe) -> None:
    (moe.folder / "voyage.logbook").write_text(VOYAGE)
    (moe.folder / "bare.logbook").write_text("=== 1\n")
    added = moe("index", "add", "voyage.logbook")
    assert added.returncode == 0, added.stderr
    found = moe("run", "When did the brig Solveig leave Tarn Haven?", "--provider", "extractive")
    assert "second of May" in found.stdout
    refused = moe("index", "add", "bare.logbook")
    assert refused.returncode == 2
    assert "bare.logbook holds no entry" in refused.stderr
    assert "give the whole logbook" in refused.stderr


def test_a_bundled_loader_keeps_its_ending_until_the_configuration_gives_it_away(moe) -> None:
    (moe.folder / "voyage.pdf").write_text(VOYAGE)
    ask = ("run", "When did the brig Solveig leave Tarn Haven?", "--docs", "voyage.pdf", "--provider", "extractive")
    assert "is not a PDF" in moe(*ask).stderr
    given = moe("--set", 'system.documents.loaders={".pdf": logbook}', *ask)
    assert "second of May" in given.stdout, given.stderr
    mistyped = moe("--set", 'system.documents.loaders={".pdf": logbok}', *ask)
    assert mistyped.returncode == 2
    assert "did you mean logbook?" in mistyped.stderr
