"""Lines for people among the lines of a log."""

import json

import pytest

from moe.cli.logs import tell_as_log


@pytest.mark.parametrize(
    ("level", "line", "told"),
    [
        ("info", "trusted: /home/ann", "info"),
        ("error", "trusted: /home/ann", None),
        ("error", "warning: it is slow", None),
        ("error", "error: it is not there", "error"),
    ],
)
def test_what_is_less_grave_than_asked_for_is_not_written(monkeypatch, capsys, level, line, told):
    monkeypatch.setenv("MOE_LOG", level)
    assert tell_as_log(line)  # nor is it written in plain words
    written = [json.loads(one) for one in capsys.readouterr().err.splitlines()]
    assert [(one["level"], one["message"]) for one in written] == ([(told, line)] if told else [])
