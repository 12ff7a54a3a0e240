"""`moe plugins install|uninstall`: packages of the environment that moe runs in."""

import importlib.util
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from moe.cli.options import json_option
from moe.cli.session import Session, pass_session
from moe_core.contracts.errors import RequestError

_STANDARD_ERROR = 2
_PYTHON = (sys.executable, "-P")  # no module of the current folder is taken for Python's, pip's or moe's own
_packages = click.argument("packages", nargs=-1, required=True, metavar="PACKAGE...")


@click.command()
@_packages
@click.option("--upgrade", is_flag=True, help="Take the newest version of what is installed.")
@click.option("--editable", is_flag=True, help="PACKAGE is a folder whose changes count at once.")
@json_option
@pass_session
def install(session: Session, packages: Sequence[str], upgrade: bool, editable: bool, is_json: bool) -> None:
    """Install packages with plugins into moe's own environment, with pip.

    \b
    Examples:
      moe plugins install moe-plugin-weather
      moe plugins install --editable ./moe-plugin-mine
    """
    told = [word for package in packages for word in (["--editable", package] if editable else [package])]
    run_pip("install", [*(["--upgrade"] if upgrade else []), *told], names=" ".join(packages))
    _refresh(session, is_json=is_json)


@click.command()
@_packages
@json_option
@pass_session
def uninstall(session: Session, packages: Sequence[str], is_json: bool) -> None:
    """Uninstall packages from moe's own environment, with pip.

    \b
    Example:
      moe plugins uninstall moe-plugin-weather
    """
    run_pip("uninstall", ["--yes", *packages], names=" ".join(packages))
    _refresh(session, is_json=is_json)


def advise(verb: str, names: str, *, prefix: Path, has_pip: bool) -> str:
    """What to type where somebody else than pip manages the environment; "" where pip does.

    Args:
        verb: "install" or "uninstall".
        names: The packages.
        prefix: The environment's folder.
        has_pip: Whether it has pip.
    """
    if (prefix / "pipx_metadata.json").is_file():
        return f"pipx {'inject' if verb == 'install' else 'uninject'} {prefix.name} {names}"
    if (prefix / "uv-receipt.toml").is_file():
        return (
            f"uv tool install {prefix.name} --with {names}" if verb == "install" else f"uv tool install {prefix.name}"
        )
    return "" if has_pip else f"uv pip {verb} --python {prefix} {names}"


def run_pip(verb: str, arguments: Sequence[str], *, names: str) -> None:
    """Have pip install or uninstall in moe's own environment.

    Raises:
        RequestError: Somebody else manages the environment, or pip could not do it.
    """
    has_pip = importlib.util.find_spec("pip") is not None
    advice = advise(verb, names, prefix=Path(sys.prefix), has_pip=has_pip)
    if advice:
        raise RequestError(f"pip does not manage {sys.prefix}", hint=f"type: {advice}")
    command = [*_PYTHON, "-m", "pip", verb, "--disable-pip-version-check", *arguments]
    if subprocess.run(command, stdout=_STANDARD_ERROR, check=False).returncode:  # noqa: S603 - this Python's own pip
        raise RequestError(f"pip could not {verb} {names}", hint="see what it said above")


def _refresh(session: Session, *, is_json: bool) -> None:
    """Try what is new in a process that sees it: paths of editable packages are read when Python starts."""
    project = [] if session.globals.project is None else ["--project", str(session.globals.project)]
    command = [*_PYTHON, "-m", "moe", *project, "plugins", "refresh", *(["--json"] if is_json else [])]
    subprocess.run(command, check=False)  # noqa: S603 - moe itself
