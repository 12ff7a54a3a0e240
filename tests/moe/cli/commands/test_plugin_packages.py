from pathlib import Path

import pytest

from moe.cli.commands.plugin_packages import advise


@pytest.mark.parametrize(
    ("mark", "verb", "advice"),
    [
        ("pipx_metadata.json", "install", "pipx inject moe-core moe-x"),
        ("pipx_metadata.json", "uninstall", "pipx uninject moe-core moe-x"),
        ("uv-receipt.toml", "install", "uv tool install moe-core --with moe-x"),
        ("uv-receipt.toml", "uninstall", "uv tool install moe-core"),
    ],
)
def test_who_manages_the_environment_is_told_what_to_type(tmp_path: Path, mark: str, verb: str, advice: str) -> None:
    prefix = tmp_path / "moe-core"
    prefix.mkdir()
    (prefix / mark).write_text("")
    assert advise(verb, "moe-x", prefix=prefix, has_pip=True) == advice


def test_without_pip_uv_does_it(tmp_path: Path) -> None:
    told = advise("install", "moe-x", prefix=tmp_path, has_pip=False)
    assert told == f"uv pip install --python {tmp_path} moe-x"
    assert advise("install", "moe-x", prefix=tmp_path, has_pip=True) == ""


def test_what_pip_cannot_do_is_an_error_with_its_own_words(moe, project: Path) -> None:
    result = moe("plugins", "install", "--editable", "./no-such-folder")
    assert result.exit_code == 2
    assert "pip could not install ./no-such-folder" in result.stderr
