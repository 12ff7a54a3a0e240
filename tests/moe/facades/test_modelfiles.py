"""Modelfiles, without a project."""

from pathlib import Path

import pytest

from moe.app import App
from moe_core.contracts.errors import ModelfileError

RIGHT = 'FROM llama3.2:3b\nROLE drummer\nSYSTEM "Look things up."\n'


def write(folder: Path, text: str) -> Path:
    path = folder / "finder.moe"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_right_modelfile_has_an_agent_and_no_error(tmp_path: Path) -> None:
    path = write(tmp_path, RIGHT)
    agent = App.modelfiles.load(path)
    assert (agent.name, agent.role, agent.base) == ("finder", "drummer", "llama3.2:3b")
    check = App.modelfiles.check(path)
    assert (check.path, check.error, check.warnings) == (path, None, ())


@pytest.mark.parametrize("text", ["FROM", RIGHT.replace("ROLE drummer", "ROLE king")])
def test_a_wrong_one_is_told_of_rather_than_raised(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    check = App.modelfiles.check(path)
    assert check.error is not None
    assert check.error.line
    with pytest.raises(ModelfileError):
        App.modelfiles.load(path)
