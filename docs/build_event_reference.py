"""Writes docs/reference/events.md from the classes of events: python docs/build_event_reference.py."""

import inspect
from pathlib import Path

import msgspec

from moe_core.contracts.event_catalog import PAYLOADS

PAGE = Path(__file__).parent / "reference" / "events.md"
HEAD = """# Events

A run *is* its events: progress, the record (`moe runs show`), logs (`MOE_LOG=debug`) and the answer's explanation read
the same stream. Each event has `run_id`, `correlation_id`, `sequence` (from 1, without gaps), `at` (Unix time in
seconds), `kind`, `task_id` (null for the run itself), `agent` and `data`; what `data` holds depends on the kind.
This page is made from the code by `python docs/build_event_reference.py`.
"""


def build_page() -> str:
    """The page's text."""
    parts = [HEAD]
    for kind, payload in PAYLOADS.items():
        told = [line.strip() for parent in reversed(payload.__mro__) for line in _list_attributes(parent)]
        facts = dict(line.split(": ", 1) for line in told if ": " in line)
        summary = (inspect.getdoc(payload) or "").splitlines()[0]
        parts.append(f"## {kind}\n\n{summary}\n")
        fields = msgspec.structs.fields(payload)
        rows = [f"| `{field.name}` | {facts.get(field.name, '')} |" for field in fields]
        if rows:
            parts.append("\n".join(["| field | |", "|---|---|", *rows]) + "\n")
    return "\n".join(parts)


def _list_attributes(payload: type) -> list[str]:
    """The lines of a class's own "Attributes:", continued ones joined."""
    text = inspect.cleandoc(payload.__dict__.get("__doc__") or "").partition("Attributes:\n")[2]
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("     ") and lines:
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.strip())
    return lines


if __name__ == "__main__":
    PAGE.write_text(build_page(), encoding="utf-8")
