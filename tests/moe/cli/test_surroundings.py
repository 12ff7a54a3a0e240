"""Where moe cannot work as usual, one line says so and what to do; or it works all the same."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from moe.cli.outcome import run_contained

posix = pytest.mark.skipif(sys.platform == "win32", reason="folders and accounts as POSIX has them")


def ask(
    environment: dict[str, str], *arguments: str, prelude: str = "", **options
) -> "subprocess.CompletedProcess[str]":
    """Moe in a process whose first words are the prelude's."""
    script = f"{prelude}\nimport sys\nfrom moe.cli.main import main\nsys.exit(main({list(arguments)!r}))"
    command = [sys.executable, "-c", script]
    return subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False, **options)


@posix
@pytest.mark.parametrize("arguments", [["run", "Who?", "--docs", "x.txt"], ["tools", "list"], ["runs", "list"]])
def test_a_current_folder_that_is_gone_is_told(
    tmp_path: Path, environment: dict[str, str], arguments: list[str]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = ask(environment, *arguments, prelude=f"import os; os.rmdir({str(gone)!r})", cwd=gone, text=True)
    assert done.returncode == 2
    assert done.stderr == "error: the current folder does not exist any more\n  hint: cd to one that does\n"


@posix
def test_a_user_without_a_home_is_told_and_nothing_is_made(tmp_path: Path, environment: dict[str, str]) -> None:
    environment.pop("HOME")
    nobody = "import pwd\ndef find(uid): raise KeyError(uid)\npwd.getpwuid = find"
    done = ask(environment, "config", "path", prelude=nobody, cwd=tmp_path, text=True)
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == "error: this user has no home folder"
    assert "set HOME" in done.stderr
    assert not (tmp_path / "~").exists()


def test_a_home_of_a_user_whom_nobody_knows_is_a_path_like_any_other(moe) -> None:
    result = moe("run", "Who?", "--docs", "~nobody-of-that-name/papers")
    assert result.exit_code == 2
    assert "~nobody-of-that-name/papers" in result.stderr
    assert "bug" not in result.stderr


@posix
def test_a_locale_that_nobody_set_loses_no_character(project: Path, environment: dict[str, str]) -> None:
    (project / "docs" / "rent.txt").write_text("The rent of Mill Cottage is £1,400 a year.\n", encoding="utf-8")
    plain = {**environment, "LC_ALL": "C", "PYTHONUTF8": "0"}
    done = ask(plain, "run", "What is the rent of Mill Cottage?", "--docs", "docs/rent.txt", cwd=project)
    assert "£1,400" in done.stdout.decode("utf-8")


@posix
def test_what_is_exported_goes_through_no_link(moe, project: Path) -> None:
    target = project / "mine.txt"
    target.write_text("mine", encoding="utf-8")
    os.symlink(target, project / "mill.json")
    result = moe("graph", "export", "Who restored the mill?", "--docs", "docs", "--output", "mill.json")
    assert result.exit_code == 2
    assert f"mill.json is a link to {target}" in result.stderr
    assert target.read_text(encoding="utf-8") == "mine"


def test_too_little_memory_is_told_and_is_no_bug(capfd) -> None:
    def spend() -> None:
        raise MemoryError

    assert run_contained(spend) == 1
    assert capfd.readouterr().err.startswith("error: out of memory")


@pytest.mark.parametrize(
    "setting",
    [
        "system.max_parallel=99999999999999999999",
        "system.deadline_seconds=1e999",
        "system.deadline_seconds=1e300",
        "system.max_nodes=99999999999999999999",
        "system.cache_megabytes=99999999999999999999",
        "system.seed=99999999999999999999",
        "system.resilience.wait_max_seconds=1e999",
        "providers.providers.openai.timeout_seconds=1e999",
    ],
)
def test_a_number_that_is_out_of_all_bounds_is_refused(moe, setting: str) -> None:
    result = moe("--set", setting, "tools", "list")
    assert result.exit_code == 2
    assert setting.partition("=")[0] in result.stderr


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "1e999", "1e300", "99999999999999999999", "soon"])
def test_a_deadline_that_no_clock_holds_is_refused(moe, seconds: str) -> None:
    result = moe("run", "Who?", "--docs", "docs", f"--deadline={seconds}")
    assert result.exit_code == 2
    assert "is no number of seconds" in result.stderr


@posix
@pytest.mark.parametrize(
    "arguments",
    [
        *(["run", "Who?", "--docs", "docs"], ["run", "-", "--docs", "docs"], ["chat", "--docs", "docs"]),
        *(["trust"], ["mcp", "serve", "--docs", "docs"], ["runs", "prune", "--older-than", "1d"]),
    ],
    ids=" ".join,
)
def test_a_standard_input_that_is_closed_is_one_with_nothing_in_it(
    project: Path, environment: dict[str, str], arguments: list[str]
) -> None:
    done = ask(environment, *arguments, prelude=CLOSED, cwd=project, text=True)
    assert done.returncode in (0, 1, 2), done.stderr
    assert "bug" not in done.stderr


CLOSED = "import sys\nsys.stdin = None"  # as Python has it where descriptor 0 is closed


@posix
def test_a_question_of_a_chat_that_is_no_text_is_asked_as_far_as_it_is(
    project: Path, environment: dict[str, str]
) -> None:
    said = "Who restored the m\xffill?\n".encode("latin-1")
    done = ask({**environment, "PYTHONUTF8": "1"}, "chat", "--docs", "docs", cwd=project, input=said)
    assert done.returncode == 0, done.stderr
    assert "> Who restored the m\ufffdill?" in done.stdout.decode()
