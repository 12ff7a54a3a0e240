import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest

from bundled_reading import find_loader, load_bundled, read_with
from moe.contracts.documents import SourceNote
from moe.knowledge.loading.document_reader import DocumentReader
from moe.knowledge.loading.file_time import FileTime
from moe.knowledge.loading.pool.reader_process import ReaderProcess
from moe.knowledge.loading.sources import SourceFile
from moe.knowledge.settings import DocumentSettings
from moe_core.contracts.errors import DocumentError
from moe_kit.documents.formats.jsonl import DuplicateIdError

HTML = find_loader(Path("a.html"))
GOOD = "<p>The good page.</p>"
SLOW = "<p " + " ".join(f"a{number}=1" for number in range(500_000)) + ">x</p>"  # its parser compares each with all
QUICK = DocumentSettings(seconds=2)
POSIX = pytest.mark.skipif(os.name != "posix", reason="no limits of memory, or signals, here")


def make_greedy_docx() -> bytes:
    """Sixteen megabytes of empty paragraphs, which take twenty times that as a tree."""
    document = docx.Document()
    buffer = io.BytesIO()
    document.save(buffer)
    source, target = ZipFile(buffer), io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                content = content.replace(b"<w:body>", b"<w:body>" + b"<w:p/>" * (16 << 20 >> 3))
            archive.writestr(name, content)
    return target.getvalue()


def make_files(*names: str) -> list[SourceFile]:
    return [SourceFile(path=Path(name), document_id=name) for name in names]


def read_all(files: list[SourceFile], settings: DocumentSettings) -> tuple[list[str | None], list[SourceNote]]:
    notes: list[SourceNote] = []
    with DocumentReader(read_with(settings)) as reader:
        texts = [loaded and loaded.documents[0].text for loaded in reader.read(files, notes)]
    return texts, notes


@POSIX
def test_a_file_that_needs_too_much_memory_costs_itself_only(write) -> None:
    write("a.html", GOOD)
    write("b.docx", make_greedy_docx())
    write("c.html", GOOD)
    texts, notes = read_all(make_files("a.html", "b.docx", "c.html"), DocumentSettings(memory_megabytes=128))
    assert texts == ["The good page.", None, "The good page."]
    assert [str(note) for note in notes] == ["b.docx: needed more than 128 MB to read"]


def test_a_file_that_needs_too_much_time_costs_itself_only(write) -> None:
    write("a.html", SLOW)
    write("b.html", GOOD)
    texts, notes = read_all(make_files("a.html", "b.html"), QUICK)
    assert texts == [None, "The good page."]
    assert [str(note) for note in notes] == ["a.html: needed more than 2 seconds to read"]


def test_a_file_that_was_named_is_an_error_with_the_setting_to_raise(write) -> None:
    write("a.html", SLOW)
    file = SourceFile(path=Path("a.html"), document_id="a.html", is_named=True)
    with pytest.raises(DocumentError, match="needed more than") as caught:
        read_all([file], QUICK)
    assert "system.documents.seconds" in (caught.value.hint or "")


def test_a_reader_that_dies_is_replaced(write) -> None:
    write("a.html", SLOW)
    write("b.html", GOOD)
    slow, good = make_files("a.html", "b.html")
    reader = ReaderProcess(DocumentSettings(), FileTime(seconds=30.0))
    try:
        Thread(target=interrupt, args=(reader,)).start()
        with pytest.raises(DocumentError, match="crashed its reader"):
            reader.read(slow, HTML)
        assert reader.read(good, HTML).documents[0].text == "The good page."
    finally:
        reader.close()


def interrupt(reader: ReaderProcess) -> None:
    while not reader.interrupt():
        time.sleep(0.01)


def test_files_come_in_their_order_whoever_reads_them(write) -> None:
    names = [f"{number:02}.{'html' if number % 3 else 'txt'}" for number in range(40)]
    for name in names:
        write(name, f"<p>{name}</p>" if name.endswith("html") else name)
    texts, notes = read_all(make_files(*names), DocumentSettings(processes=3))
    assert (texts, notes) == (names, [])


def test_a_corpus_of_many_parts_is_what_it_would_be_here(write) -> None:
    lines = "".join(f'{{"id": "n{number}", "text": "{"word " * 200}"}}\n' for number in range(3_000))
    path = write("c.jsonl", lines)
    reader = ReaderProcess(DocumentSettings(), FileTime(seconds=30.0))
    try:
        assert reader.read(SourceFile(path=path, document_id="c"), find_loader(path)) == load_bundled(path, "c")
    finally:
        reader.close()


def test_two_lines_of_one_id_are_told_as_they_are_here(write) -> None:
    path = write("c.jsonl", '{"id": "a", "text": "One."}\n' * 2)
    reader = ReaderProcess(DocumentSettings(), FileTime(seconds=30.0))
    try:
        with pytest.raises(DuplicateIdError, match="'a' is there twice: c, line 1 and c, line 2"):
            reader.read(SourceFile(path=path, document_id="c"), find_loader(path))
    finally:
        reader.close()


def test_a_module_of_the_documents_folder_is_not_imported(write) -> None:
    write("json.py", "open('mark', 'w').close()")
    write("selectolax.py", "open('mark', 'w').close()")
    write("a.html", GOOD)
    assert read_all(make_files("a.html"), DocumentSettings())[0] == ["The good page."]
    assert not Path("mark").exists()


ABANDONED = """
import sys
from pathlib import Path
from threading import Thread
from threading import Thread
from bundled_reading import find_loader
from moe.knowledge.loading.file_time import FileTime
from moe.knowledge.loading.pool.reader_process import ReaderProcess
from moe.knowledge.loading.sources import SourceFile
from moe.knowledge.settings import DocumentSettings
html = find_loader(Path("a.html"))
reader = ReaderProcess(DocumentSettings(), FileTime(seconds=30.0))
reader.read(SourceFile(path=Path("b.html"), document_id="b"), html)
Thread(target=reader.read, args=(SourceFile(path=Path("a.html"), document_id="a"), html), daemon=True).start()
print(repr(reader).strip("<>").split()[-1], flush=True)
input()
"""


@POSIX
@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_no_reader_outlives_whoever_asked(write, sent: int) -> None:
    write("a.html", SLOW)
    write("b.html", GOOD)
    asker = subprocess.Popen(
        [sys.executable, "-c", ABANDONED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with asker:
        pid = int(asker.stdout.readline())
        asker.send_signal(sent)
        try:
            asker.wait(timeout=10)
        except subprocess.TimeoutExpired:  # the signal came just before it began to wait for input
            asker.send_signal(sent)
            asker.wait()
        asker.stdin.close()
    for _ in range(100):  # five seconds; reading would take it several times that
        if not _is_alive(pid):
            return
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the reader goes on")


def _is_alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    try:
        os.kill(pid, 0)
        return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):  # perhaps only now
        return False
