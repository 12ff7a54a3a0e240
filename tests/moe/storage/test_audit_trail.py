"""The audit log: written by several processes, and told when it is not as it was written."""

import json
import subprocess
import sys

import pytest

from moe.contracts.audit import AuditNote
from moe.storage.audit_trail import AuditTrail
from moe_core.contracts.errors import StorageError


def make_note(**parts):
    given = {
        "who": "ann",
        "kind": "key",
        "identity": "a1",
        "address": "10.0.0.1",
        "what": "POST /run",
        "outcome": "200",
    }
    return AuditNote(**{**given, **parts})


@pytest.fixture
def trail(tmp_path):
    return AuditTrail(tmp_path, lambda: None)


@pytest.fixture
def written(trail, tmp_path):
    """Six lines, and the file that they are in."""
    for number in range(6):
        trail.append(make_note(what=f"POST /run/{number}"))
    return tmp_path / "audit.jsonl"


def find_faults(trail, **kept):
    return [(fault.line, fault.what) for fault in trail.verify(**kept).faults]


def test_lines_follow_each_other_by_their_digests(trail, written):
    lines = trail.read(100)
    assert [line.number for line in lines] == [1, 2, 3, 4, 5, 6]
    assert [line.previous for line in lines[1:]] == [line.digest for line in lines[:-1]]
    assert [line.note.what for line in trail.read(2)] == ["POST /run/4", "POST /run/5"]
    report = trail.verify()
    assert (report.lines, report.digest, report.faults) == (6, lines[-1].digest, ())
    assert written.stat().st_mode & 0o777 == 0o600


CHANGES = {
    "changed": (lambda lines: [*lines[:2], lines[2].replace(b"ann", b"bob"), *lines[3:]], (3, "was changed")),
    "removed": (
        lambda lines: [*lines[:2], *lines[3:]],
        (3, "is line 4, where line 3 should be: 1 before it are missing"),
    ),
    "reordered": (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], (3, "is line 4, where line 3 should be")),
    "repeated": (
        lambda lines: [*lines[:3], lines[2], *lines[3:]],
        (4, "is line 3, where line 4 should be: it was put in"),
    ),
    "last removed": (lambda lines: lines[:-1], (6, "is missing at the end")),
    "all removed": (lambda lines: [], (6, "is missing at the end")),
    "no line": (lambda lines: [*lines[:2], b"{}\n", *lines[3:]], (3, "is no line of the log")),
    "spaces": (lambda lines: [lines[0].replace(b":", b": ", 1), *lines[1:]], (1, "was changed")),
    "digest": (lambda lines: [lines[0].replace(b'"}\n', b'0"}\n'), *lines[1:]], (1, "is no line of the log")),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_what_was_done_to_a_line_is_told_with_its_number(trail, written, kind):
    change, (line, what) = CHANGES[kind]
    written.write_bytes(b"".join(change(written.read_bytes().splitlines(keepends=True))))
    found = find_faults(trail)
    assert found
    assert found[0][0] == line
    assert found[0][1].startswith(what)


def test_a_line_that_was_made_anew_with_its_digest_breaks_the_chain(trail, written, tmp_path):
    lines = written.read_bytes().splitlines(keepends=True)
    other = tmp_path / "other"
    other.mkdir()
    forger = AuditTrail(other, lambda: None)
    for number in range(3):
        forger.append(make_note(what=f"POST /run/{number}", who="bob" if number == 2 else "ann"))
    lines[2] = (other / "audit.jsonl").read_bytes().splitlines(keepends=True)[2]
    written.write_bytes(b"".join(lines))
    assert "does not follow" in str(find_faults(trail))


def test_a_log_written_anew_from_its_beginning_is_told_by_a_digest_that_was_kept(trail, written, tmp_path):
    kept = (4, trail.read(100)[3].digest)
    assert find_faults(trail, kept=kept) == []
    for name in ("audit.jsonl", "audit.head"):
        (tmp_path / name).unlink()
    for number in range(6):
        trail.append(make_note(what=f"POST /other/{number}"))
    assert find_faults(trail) == []
    assert find_faults(trail, kept=kept) == [(4, "is not the one whose digest was kept")]


def test_a_line_that_was_kept_and_is_not_there_is_told_with_how_many_there_are(trail, written, tmp_path):
    assert find_faults(trail, kept=(99, "a" * 64)) == [(99, "was kept, and is not there: there are 6 lines")]


def test_the_head_alone_taken_away_is_told(trail, written, tmp_path):
    (tmp_path / "audit.head").unlink()
    assert find_faults(trail) == [(6, "may not be the last one: audit.head is missing")]


def test_a_line_that_was_cut_off_is_told_and_the_next_one_follows_the_last_whole_one(trail, written):
    with written.open("ab") as file:
        file.write(b'{"number":7,"at":1')
    assert trail.append(make_note()).number == 7
    assert [line.number for line in trail.read(100)] == [1, 2, 3, 4, 5, 6, 7]
    assert find_faults(trail) == [(7, "is no line of the log: it was changed, or cut off while it was written")]


PROGRAM = """
import sys, threading
from pathlib import Path
from moe.contracts.audit import AuditNote
from moe.storage.audit_trail import AuditTrail
trail = AuditTrail(Path(sys.argv[1]), lambda: None)
def work():
    for number in range(25):
        trail.append(AuditNote(who=sys.argv[2], kind="key", identity="", address="", what=str(number), outcome="200"))
threads = [threading.Thread(target=work) for _ in range(2)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def test_several_processes_write_one_chain(trail, tmp_path):
    environment = {"PYTHONPATH": ":".join(filter(None, sys.path)), "PATH": "/usr/bin:/bin"}
    words = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    children = [subprocess.Popen([*words, name], env=environment) for name in ("a", "b", "c")]
    assert [child.wait(timeout=60) for child in children] == [0, 0, 0]
    report = trail.verify()
    assert (report.lines, report.faults) == (150, ())
    assert sorted(line.note.who for line in trail.read(150)) == ["a"] * 50 + ["b"] * 50 + ["c"] * 50


def test_keys_and_tokens_that_somebody_wrote_where_none_belongs_are_not_kept(trail, written):
    key, token = "moe_5b0f2c4f9a1d_XbMsrlR-9_x", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln"
    trail.append(make_note(who=f"x {key}", target=f"/api/v1/keys/{key}", what=f"GET /{token}", outcome="404" * 1000))
    text = written.read_text()
    assert key.split("_")[2] not in text
    assert token.split(".")[1] not in text
    assert len(json.loads(text.splitlines()[-1])["note"]["outcome"]) == 500
    assert trail.verify().faults == ()


def test_a_log_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "audit.jsonl").mkdir()
    trail = AuditTrail(tmp_path, lambda: None)
    for work in (lambda: trail.append(make_note()), trail.verify, lambda: trail.read(1)):
        with pytest.raises(StorageError, match=r"audit\.jsonl cannot be read or written"):
            work()
