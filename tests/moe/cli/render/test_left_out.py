from moe.cli.render.left_out import list_left_out
from moe.contracts.documents import SourceNote


def note(path: str, reason: str) -> SourceNote:
    return SourceNote(path=path, reason=reason)


def test_files_of_one_kind_that_lack_the_same_share_a_line() -> None:
    needs = "needs the package 'openpyxl', which is not installed: pip install 'moe-core[office]'"
    notes = [note("d/a.xlsx", needs), note("d/b.pdf", "is damaged"), note("d/c.XLSX", needs), note("d/e.xlsx", needs)]
    assert list_left_out(notes) == [f"d/a.xlsx and 2 more .xlsx: {needs}", "d/b.pdf: is damaged"]
    assert list_left_out([note("README", "x"), note("NEWS", "x")]) == ["README and 1 more file: x"]


def test_a_file_that_lacks_several_things_is_counted_once() -> None:
    notes = [
        note("a.docx", "a comment is left out"),
        note("a.docx", "x"),
        *(note(f"{n}.md", f"y{n}") for n in range(4)),
    ]
    notes += [note("3.md", "z"), note("4.md", "z")]
    lines = list_left_out(notes)
    assert lines[:2] == ["a.docx: a comment is left out", "a.docx: x"]
    assert lines[5:] == ["and 2 more files were left out or read in part"]
