"""Agents elsewhere, encrypted: what goes between them is read by neither a proxy nor whoever has no certificate."""

import json
import socket
import sys
import time

import pytest

from cut_proxy import CutProxy
from encrypted_machine import WORDS, Machine

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are told to end as POSIX does")
for needed in ("uvicorn", "joserfc", "cryptography"):
    pytest.importorskip(needed)


@pytest.fixture
def certs(tmp_path):
    """Certificates and keys, as they are made and copied."""
    maker = Machine(tmp_path / "maker", tmp_path / "certs")
    for name in ("worker", "asker"):
        made = maker.run("certs", "new", name)
        assert made.returncode == 0, made.stderr
    maker.certs = tmp_path / "certs"
    return maker


@pytest.fixture
def open_machine(tmp_path):
    def make(certs, name, **more):
        return Machine(tmp_path / "shared", certs, name, **more)  # the same documents under the same paths

    return make


@pytest.fixture
def port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_a_proxys_copy_of_a_sealed_run_holds_no_word_of_it(certs, open_machine, port):
    url = f"http://127.0.0.1:{port}"
    for sealed in (False, True):
        worker = open_machine(certs.certs, "worker", sealed=sealed)
        asker = open_machine(certs.certs, "asker", sealed=sealed)
        with worker.listen(url), CutProxy(port) as proxy:
            asked = asker.ask(f"http://127.0.0.1:{proxy.port}")
            copied = bytes(proxy.copied).decode("utf-8", "replace")
        assert asked.returncode == 0, asked.stderr
        result = json.loads(asked.stdout)
        assert "Ada Brook" in result["answer"]
        assert result["citations"]
        seen = [word for word in WORDS if word.lower() in copied.lower()]
        assert seen == ([] if sealed else list(WORDS)), seen
        assert "camina:camina" in copied  # it is this run that was copied


def test_a_worker_that_takes_sealed_tasks_refuses_others_and_the_other_way_round(certs, open_machine, port):
    url = f"http://127.0.0.1:{port}"
    with open_machine(certs.certs, "worker", sealed=True).listen(url):
        plain = open_machine(certs.certs, "asker").ask(url)
        assert (plain.returncode, "tasks are taken sealed only" in plain.stderr) == (1, True), plain.stderr
    with open_machine(certs.certs, "worker").listen(url):
        refused = open_machine(certs.certs, "asker", sealed=True).ask(url)
        assert refused.returncode == 1
        assert "Traceback" not in refused.stderr


def test_a_rotated_key_counts_at_both_ends_and_one_that_is_gone_is_named(certs, open_machine, port):
    url, public = f"http://127.0.0.1:{port}", certs.certs / "worker.seal.pub"
    before = public.read_bytes()
    gone = json.loads(before)["keys"][0]["kid"]
    with open_machine(certs.certs, "worker", sealed=True).listen(url):
        asker = open_machine(certs.certs, "asker", sealed=True)
        assert certs.run("certs", "rotate", "worker").returncode == 0
        after = public.read_bytes()
        for copy in (before, after):  # an asker that has not changed over, and one that has
            public.write_bytes(copy)
            assert asker.ask(url).returncode == 0
        assert certs.run("certs", "rotate", "worker").returncode == 0
        public.write_bytes(before)
        refused = asker.ask(url)
        assert refused.returncode == 1
        assert f"it is sealed to the key {gone}, which is none of 'worker'" in refused.stderr
        public.unlink()
        missing = asker.ask(url)
        assert (missing.returncode, "worker.seal.pub" in missing.stderr) == (2, True), missing.stderr
        assert len(missing.stderr.strip().splitlines()) <= 3


@pytest.mark.parametrize("scheme", ["https", "grpcs"])
def test_each_end_shows_its_certificate_and_takes_no_other(certs, open_machine, port, tmp_path, scheme):
    if scheme == "grpcs":
        pytest.importorskip("grpc")
    url = f"{scheme}://127.0.0.1:{port}"
    with open_machine(certs.certs, "worker").listen(url), CutProxy(port) as proxy:
        asker = open_machine(certs.certs, "asker")
        asked = asker.ask(f"{scheme}://127.0.0.1:{proxy.port}")
        assert asked.returncode == 0, asked.stderr
        copied = bytes(proxy.copied).decode("utf-8", "replace")
        assert len(copied) > 1000
        assert [word for word in (*WORDS, "camina:camina") if word in copied] == []
        assert certs.run("certs", "rotate", "asker").returncode == 0
        assert asker.ask(url).returncode == 0
        assert asker.ask(url.replace("s:", ":")).returncode == 1  # in the open
        stranger = Machine(tmp_path / "stranger", tmp_path / "elsewhere")
        assert stranger.run("certs", "new", "asker").returncode == 0
        foreign = open_machine(tmp_path / "elsewhere", "asker").ask(url)
        assert (foreign.returncode, "do not take each other's certificates" in foreign.stderr) == (1, True)
        (tmp_path / "elsewhere" / "authority.pem").write_bytes((certs.certs / "authority.pem").read_bytes())
        foreign = open_machine(tmp_path / "elsewhere", "asker").ask(url)  # which the worker does not take
        assert (foreign.returncode, "the certificate of 'asker' counts no more" in foreign.stderr) == (1, True)
        assert certs.run("certs", "new", "late", "--days", "0.00001").returncode == 0
        time.sleep(1.0)
        late = open_machine(certs.certs, "late").ask(url)
        assert (late.returncode, "late.pem: certificate has expired" in late.stderr) == (1, True), late.stderr
        nobody = open_machine(certs.certs, "").ask(url)
        assert (nobody.returncode, "certificates" in nobody.stderr) == (1, True), nobody.stderr
        for told in (foreign, late, nobody):
            assert len(told.stderr.strip().splitlines()) <= 2
    told = open_machine(certs.certs, "late").run("worker", "--listen", url)
    assert (told.returncode, "late.pem: certificate has expired" in told.stderr) == (1, True), told.stderr


def test_a_worker_without_its_files_says_which(open_machine, tmp_path, port):
    url = f"https://127.0.0.1:{port}"
    for name, words in (("worker", "worker.pem"), ("", "moe certs new NAME")):
        told = open_machine(tmp_path / "nothing", name).run("worker", "--listen", url)
        assert (told.returncode, words in told.stderr) == (1, True), told.stderr
    told = open_machine(tmp_path / "nothing", "worker", sealed=True).run(
        "worker", "--listen", f"http://127.0.0.1:{port}"
    )
    assert (told.returncode, "worker.seal cannot be read" in told.stderr) == (1, True), told.stderr
