"""On a terminal: colours, boxes and a live view; through a pipe: plain text, complete."""

import json
import re
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
Terminal = Callable[..., tuple[int, str]]


def test_a_terminal_gets_colours_and_a_pipe_does_not(terminal: Terminal, spawn) -> None:
    code, drawn = terminal("tools", "list")
    assert code == 0
    assert ESCAPES.search(drawn)
    piped = spawn("tools", "list").stdout
    assert not ESCAPES.search(piped)
    assert not set(piped) & set("─│┃━┏╭")


@pytest.mark.parametrize(("flag", "env"), [(("--no-color",), {}), ((), {"NO_COLOR": "1"})])
def test_colours_can_be_refused(terminal: Terminal, flag: tuple[str, ...], env: dict[str, str]) -> None:
    _, drawn = terminal(*flag, "tools", "list", env=env)
    assert not re.search(r"\x1b\[[0-9;]*(3[0-7]|9[0-7])m", drawn)
    assert "calculator" in drawn


@pytest.mark.parametrize("columns", [30, 60, 100, 200])
def test_tables_fit_the_terminal_and_lose_no_name(terminal: Terminal, columns: int) -> None:
    _, drawn = terminal("tools", "list", columns=columns)
    lines = ESCAPES.sub("", drawn).replace("\r", "").split("\n")
    assert max(map(len, lines)) <= columns
    assert "…" not in "".join(lines)
    assert any("property_finance" in line for line in lines)


def test_a_run_shows_the_chain_at_work_and_leaves_only_the_answer(terminal: Terminal) -> None:
    code, drawn = terminal("run", "Who restored the tidal mill?", "--docs", "docs", "--belter", "research")
    assert code == 0
    seen = ESCAPES.sub("", drawn)
    assert "Ada Brook" in seen
    assert "\x1b[?25l" in drawn, "the live view hides the cursor"
    assert drawn.rindex("\x1b[?25h") < drawn.rindex("Ada Brook"), "and gives it back before the answer"


def test_quiet_and_json_draw_no_live_view(terminal: Terminal) -> None:
    _, drawn = terminal("run", "Who restored the tidal mill?", "--docs", "docs", "--quiet")
    assert "\x1b[?25l" not in drawn
    _, drawn = terminal("run", "Who restored the tidal mill?", "--docs", "docs", env={"TERM": "dumb"})
    assert "\x1b[?25l" not in drawn


def test_ctrl_c_takes_the_live_view_off_and_says_where_the_record_is(slow_project: Path, terminal: Terminal) -> None:
    arguments = ("run", "Slowly: who restored the tidal mill?", "--docs", "docs", "--belter", "research")
    code, drawn = terminal(*arguments, interrupt_at="sluggish")
    assert code == 130
    assert "Traceback" not in drawn
    end = drawn[drawn.rindex("\x1b[?25l") :]
    assert "\x1b[?25h" in end
    assert "interrupted; moe runs resume 2" in end


@pytest.mark.parametrize("moment", ["\x1b[?25l", "Camina", "sluggish"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_to_end_leaves_the_cursor_and_a_complete_record_at_any_moment(
    slow_project: Path, terminal: Terminal, spawn, moment: str, number: int, code: int
) -> None:
    arguments = ("run", "Slowly: who restored the tidal mill?", "--docs", "docs", "--belter", "research")
    ended, drawn = terminal(*arguments, "--deadline", "20", interrupt_at=moment, number=number)
    assert ended == code
    assert "Traceback" not in drawn
    assert drawn.rindex("\x1b[?25h") > drawn.rindex("\x1b[?25l")
    assert {run["status"] for run in json.loads(spawn("runs", "list", "--json").stdout)} <= {"cancelled", "done"}


def test_a_slow_run_shows_camina_the_belter_the_drummer_and_the_tool(slow_project: Path, terminal: Terminal) -> None:
    arguments = ("--docs", "docs", "--belter", "research")
    _, drawn = terminal("run", "Slowly: who restored the tidal mill?", *arguments, interrupt_at="slow")
    seen = ESCAPES.sub("", drawn)
    for name in ("Camina", "Belter research", "Drummer sluggish", "slow"):
        assert name in seen


def write_corpus(project: Path, lines: int) -> None:
    text = "The Tidal Mill at Gull Creek was restored by Ada Brook. " * 8
    rows = (f'{{"id": "line {number}", "text": "{text}"}}\n' for number in range(lines))
    (project / "corpus.jsonl").write_text("".join(rows), encoding="utf-8")


def test_indexing_shows_how_far_it_is_and_leaves_only_the_result(project: Path, terminal: Terminal) -> None:
    write_corpus(project, 900)
    code, drawn = terminal("index", "add", "corpus.jsonl")
    assert code == 0
    ended = drawn.rindex("\x1b[?25h")
    assert "looking for changes" in drawn[:ended]
    assert "900 passages" in drawn[:ended]  # drawn as it ends, however quickly it went
    assert ended < drawn.rindex("added: corpus.jsonl")


def test_ctrl_c_stops_indexing_and_leaves_nothing_half_done(project: Path, terminal: Terminal) -> None:
    write_corpus(project, 20_000)
    code, drawn = terminal("index", "add", "corpus.jsonl", interrupt_at="indexing")
    assert code == 130
    assert "Traceback" not in drawn
    end = drawn[drawn.rindex("\x1b[?25l") :]
    assert "\x1b[?25h" in end
    assert "interrupted" in end
    assert {path.name for path in (project / ".moe/index").iterdir()} == {"LOCK"}


def test_a_measurement_draws_how_far_it_is_and_takes_it_away(terminal: Terminal, project: Path) -> None:
    (project / "own.jsonl").write_text('{"question": "Who restored the mill?", "gold": ["mill.md"]}', encoding="utf-8")
    code, drawn = terminal("eval", "retrieval", "--corpus", "docs", "--questions", "own.jsonl")
    assert code == 0
    assert "asking questions" in drawn
    assert ESCAPES.sub("", drawn).rstrip().endswith("MB of memory at most")
