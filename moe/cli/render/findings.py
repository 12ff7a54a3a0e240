"""Findings for reading: one line each, with a mark on a terminal and a word elsewhere."""

import sys
from collections.abc import Mapping, Sequence

from moe.cli.render.screen import Screen, Tone, Toned
from moe.diagnosis.finding import Finding, State
from moe_core.text.lines import join_line

_MARKS: Mapping[State, str] = {"ok": "✓", "note": "·", "wrong": "✗"}
_WORDS: Mapping[State, str] = {"ok": "ok", "note": "note", "wrong": "WRONG"}
_TONES: Mapping[State, Tone] = {"ok": "good", "note": "dim", "wrong": "bad"}
_WIDTH = max(map(len, _WORDS.values())) + 2


def show_findings(screen: Screen, findings: Sequence[Finding]) -> None:
    """Print them in their order, parted by topic on a terminal."""
    is_marked = sys.stdout.isatty() and _can_draw(sys.stdout.encoding)
    topic = ""
    for finding in findings:
        is_listed = is_marked and bool(finding.name)
        if is_listed and finding.topic != topic:
            screen.line(Toned(finding.topic, "strong"))
        topic = finding.topic
        mark = _MARKS[finding.state] if is_marked else _WORDS[finding.state].ljust(_WIDTH)
        who = finding.name if is_listed else " ".join(filter(None, (finding.topic, finding.name)))
        remedy = f" -> {join_line(finding.remedy)}" if finding.remedy else ""
        screen.line(
            Toned(f"{mark} ", _TONES[finding.state]),
            Toned(join_line(who), "name"),
            f": {join_line(finding.text)}",
            Toned(remedy, "warn" if finding.state == "wrong" else "dim"),
            indent=2 if is_listed else 0,
        )


def _can_draw(encoding: str | None) -> bool:
    try:
        "".join(_MARKS.values()).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
