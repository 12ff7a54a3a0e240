"""A project to look at."""

import os
from pathlib import Path

import pytest


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder, which is the current one, of a user who has configured nothing else."""
    folder = tmp_path / "project"
    for name in ("docs", "config", "plugins"):
        (folder / name).mkdir(parents=True)
    (folder / "docs" / "mill.md").write_text("The tidal mill was restored by Ada Brook.\n", encoding="utf-8")
    (folder / "docs" / "ferry.txt").write_text("The ferry leaves at nine.\n", encoding="utf-8")
    (folder / "config" / "system.yaml").write_text("provider: extractive\n", encoding="utf-8")
    for name in list(os.environ):
        if name.startswith(("MOE_", "_MOE")) or name.endswith("_API_KEY"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / ".config"))
    monkeypatch.setenv("MOE_TRUST", "/")
    monkeypatch.chdir(folder)
    return folder
