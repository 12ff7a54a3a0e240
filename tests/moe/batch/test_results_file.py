"""The results of a batch on disk."""

from pathlib import Path

import pytest

from moe.batch.lines import BatchLine, digest_request
from moe.batch.results_file import ResultsFile
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe_core.contracts.errors import RequestError, StorageError
from moe_core.contracts.task import Status


def make_line(number: int, question: str = "When?") -> BatchLine:
    request = RunRequest(question=question)
    return BatchLine(line=number, request=request, content=digest_request(request))


def make_result(status: Status = Status.DONE, answer: str = "At nine.") -> RunResult:
    return RunResult(run_id="r", correlation_id="c", question="When?", status=status, answer=answer)


LINES = [make_line(number) for number in (1, 2, 4)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with the results of lines 1 and 2, of which 2 failed."""
    path = tmp_path / "results.jsonl"
    with ResultsFile(path) as file:
        file.take_up(LINES)
        file.add(LINES[0], make_result(), 0)
        file.add(LINES[1], make_result(Status.FAILED), 1)
    return path


def take_up(path: Path, lines=LINES, **options: bool) -> dict[int, int]:
    """Exit codes of the results that count, by line."""
    with ResultsFile(path) as file:
        file.take_up(lines, **options)
        return {number: result.exit_code for number, result in file.kept.items()}


def test_what_is_there_is_known_again(path: Path) -> None:
    before = path.read_bytes()
    assert take_up(path) == {1: 0, 2: 1}
    assert path.read_bytes() == before


@pytest.mark.parametrize("left", [1, 7, 40, -2])
def test_a_last_line_that_was_cut_off_is_taken_out(path: Path, left: int) -> None:
    first, second, _ = path.read_bytes().split(b"\n")
    path.write_bytes(first + b"\n" + second[:left])
    assert take_up(path) == {1: 0}
    assert path.read_bytes() == first + b"\n"


def test_a_last_line_that_lacks_its_end_is_ended(path: Path) -> None:
    before = path.read_bytes()
    path.write_bytes(before[:-1])
    assert take_up(path) == {1: 0, 2: 1}
    assert path.read_bytes() == before


def test_the_result_of_a_line_that_says_something_else_now_is_left_out(path: Path) -> None:
    assert take_up(path, [make_line(1, "Who?"), LINES[1]]) == {2: 1}
    assert path.read_bytes().count(b"\n") == 1


def test_failed_lines_or_all_are_asked_again_when_that_is_wanted(path: Path) -> None:
    assert take_up(path, retries_failed=True) == {1: 0}
    assert take_up(path, is_anew=True) == {}
    assert path.read_bytes() == b""


@pytest.mark.parametrize("content", [b"my notes", b"my notes\n", b'{"line": "of mine"}\n', b'["a"]'])
def test_a_file_of_something_else_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    for is_anew in (False, True):
        with pytest.raises(RequestError, match=r"line 1 is no result"):
            take_up(path, is_anew=is_anew)
    assert path.read_bytes() == content


def test_results_of_other_questions_stay_until_they_are_to_be_replaced(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(RequestError, match="other questions"):
        take_up(path, [make_line(1, "Who?"), make_line(2, "Why?")])
    assert path.read_bytes() == before


def test_two_batches_do_not_write_one_file(path: Path) -> None:
    with ResultsFile(path), pytest.raises(StorageError, match="another process writes"), ResultsFile(path):
        pass


def test_a_file_that_cannot_be_written_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot write"), ResultsFile(tmp_path / "none" / "results.jsonl"):
        pass
