"""`moe serve`: how it begins, or does not."""

import json
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from followed_process import read_until
from served_project import ServedProject, find_workers


def test_a_port_in_use_is_one_line_and_what_to_type(moe):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = moe("serve", "--port", str(port))
    assert told.exit_code == 2
    assert told.output == (
        f"error: cannot listen on 127.0.0.1:{port}: Address already in use\n"
        f"  hint: something listens there already; moe serve --port {port + 1}\n"
    )


def test_without_its_packages_it_says_what_to_install(project):
    code = "import sys; sys.modules['fastapi'] = None; import moe.cli.main as m; sys.exit(m.main(['serve']))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert "hint: pip install 'moe-core[server]'" in told.stderr


def test_without_a_record_it_does_not_begin(moe):
    told = moe("--set", "system.record=false", "serve")
    assert (told.exit_code, "set system.record to true" in told.output) == (2, True)


def test_what_speaks_the_model_context_protocol_waits_for_its_first_request():
    code = "import sys; import moe.server.serving; sys.exit('mcp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


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


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """One for 127.0.0.1 that signs itself, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificate, is not installed")
    made, key = tmp_path / "server.pem", tmp_path / "server.key"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    subprocess.run([*command, *subject, "-keyout", key, "-out", made], check=True, capture_output=True)
    return made, key


def test_with_a_certificate_it_serves_over_https(project, environment, certificate):
    made, key = map(str, certificate)
    command = [sys.executable, "-m", "moe", "serve", "--port", "0", "--certificate", made, "--certificate-key", key]
    with subprocess.Popen(command, env=environment, cwd=project, stderr=subprocess.PIPE, text=True) as server:
        told = server.stderr.readline()
        try:
            assert told.startswith("moe serves https://127.0.0.1:"), told
            url = told.split()[-1]
            answer = httpx.get(f"{url}/health/live", verify=ssl.create_default_context(cafile=made), timeout=60)
            assert answer.status_code == 200
            with pytest.raises(httpx.ConnectError):
                httpx.get(f"{url}/health/live", timeout=60)  # nobody vouches for it
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(60) == 0


def test_whoever_shows_no_certificate_of_the_authority_is_not_let_in(project, environment, moe):
    pytest.importorskip("cryptography")
    for name in ("server", "ann"):
        assert moe("certs", "new", name).exit_code == 0
    folder = Path(json.loads(moe("certs", "list", "--json").stdout)[0]["path"]).parent
    authority = folder / "authority.pem"
    files = ("--certificate", str(folder / "server.pem"), "--certificate-key", str(folder / "server.key"))
    setting = f"server.client_authority={authority}"
    command = [sys.executable, "-m", "moe", "--set", setting, "serve", "--port", "0", *files]
    with subprocess.Popen(
        command, env=environment, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        url = re.search(r"https://\S+", server.stderr.readline() or "")
        try:
            assert url, "it does not tell where it serves"
            context = ssl.create_default_context(cafile=authority)
            with pytest.raises(httpx.TransportError):
                httpx.get(f"{url.group()}/health/live", verify=context, timeout=60)
            context.load_cert_chain(folder / "ann.pem", folder / "ann.key")
            assert httpx.get(f"{url.group()}/health/live", verify=context, timeout=60).status_code == 200
        finally:
            server.terminate()
            server.communicate(timeout=60)
    alone = moe("--set", setting, "serve", "--port", "0")
    assert (alone.exit_code, "the server shows none" in alone.output) == (2, True)
    wrong = moe("--set", "server.client_authority=/nowhere.pem", "serve", "--port", "0", *files)
    assert (wrong.exit_code, "/nowhere.pem vouches for nobody" in wrong.output) == (2, True)


def test_what_is_no_certificate_is_one_line(moe, certificate, tmp_path):
    made, key = map(str, certificate)
    text = tmp_path / "text.pem"
    text.write_text("nothing of the kind", encoding="utf-8")
    for options, said in (
        (("--certificate", str(tmp_path / "none.pem")), "none.pem cannot be read: No such file or directory"),
        (("--certificate", str(text)), "text.pem: no certificate with its key: "),
        (("--certificate", made), "server.pem: no certificate with its key: "),
        (("--certificate-key", key), "a certificate's key is named without a certificate"),
    ):
        told = moe("serve", "--port", "0", *options)
        assert told.exit_code == 2, options
        assert said in told.output
        assert len(told.output.splitlines()) == 2


GAUGE = """
from pathlib import Path
import anyio
from moe_core import BaseTool

class Gauge(BaseTool):
    '''Read the gauge.'''

    effects = ()

    async def execute(self, params):
        while params.get("waits") and not Path("go").exists():
            await anyio.sleep(0.02)
        return {"reading": READING}
"""


def wait_until(is_so: Callable[[], bool]) -> bool:
    """Whether it comes about within a minute."""
    until = time.monotonic() + 60
    while not is_so() and time.monotonic() < until:
        time.sleep(0.02)
    return is_so()


def test_with_reload_a_changed_tool_serves_the_next_call_and_what_runs_ends_as_it_began(served):
    project = ServedProject(served.folder.parent, "reloading")
    file = project.folder / "plugins" / "tools" / "gauge.py"
    file.write_text(GAUGE.replace("READING", "1"), encoding="utf-8")
    server = project.start("--workers", "1", "--reload")
    try:
        with project.open_client() as client, ThreadPoolExecutor() as threads:
            call = "/api/v1/tools/gauge/run"
            assert client.post(call, json={"params": {}}).json() == {"reading": 1}
            (old,) = find_workers(server)
            first = threads.submit(client.post, call, json={"params": {"waits": True}})
            assert wait_until(lambda: "moe_runs_going_on 1" in client.get("/metrics").text)
            broken = file.with_name("broken.py")
            broken.write_text("def (", encoding="utf-8")
            read_until(server, "stays until this is mended")
            broken.unlink()
            file.write_text(GAUGE.replace("READING", "2").replace("Read the", "Look at the"), encoding="utf-8")
            read_until(server, "changed: tool gauge")
            read_until(server, "runs that begin now have it")
            assert client.post(call, json={"params": {}}).json() == {"reading": 2}
            (summary,) = [
                tool["summary"] for tool in client.get("/api/v1/tools").json()["tools"] if tool["name"] == "gauge"
            ]
            assert summary == "Look at the gauge."
            assert old in find_workers(server)
            (project.folder / "go").touch()
            assert first.result().json() == {"reading": 1}
            assert wait_until(lambda: old not in find_workers(server))
    finally:
        project.stop()
