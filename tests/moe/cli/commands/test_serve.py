"""`moe serve`: how it begins, or does not."""

import socket
import subprocess
import sys

import pytest


def test_a_port_in_use_is_one_line_and_what_to_type(moe):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = moe("serve", "--port", str(port))
    assert told.exit_code == 2
    assert told.output == (
        f"error: cannot listen on 127.0.0.1:{port}: Address already in use\n"
        f"  hint: something listens there already; moe serve --port {port + 1}\n"
    )


def test_without_its_packages_it_says_what_to_install(moe, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("moe.server")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "fastapi", None)
    told = moe("serve")
    assert told.exit_code == 2
    assert "hint: pip install 'moe-core[server]'" in told.output


def test_without_a_record_it_does_not_begin(moe):
    told = moe("--set", "system.record=false", "serve")
    assert (told.exit_code, "set system.record to true" in told.output) == (2, True)


def test_an_answer_on_the_command_line_imports_nothing_of_it(project):
    code = "import sys, moe.cli.main as m; m.main(['run', 'Who?', '--docs', 'docs']);"
    code += "print([n for n in sys.modules if n.startswith(('moe.server', 'fastapi', 'starlette', 'uvicorn'))])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert told.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(("option", "value"), [("--host", ""), ("--host", "x\udcff"), ("--root-path", "a b")])
def test_an_option_that_fits_no_setting_is_named(moe, option, value):
    told = moe("serve", option, value)
    assert told.exit_code == 2
    assert told.output == f"error: {value!r} is no value for {option}\n  hint: see {option} in: moe serve --help\n"
