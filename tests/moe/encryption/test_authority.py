"""Certificates of a local authority, shown and checked in real handshakes."""

import socket
import ssl
import threading
import time
from contextlib import suppress

import pytest

from moe_core.contracts.errors import NameUnknownError, RequestError, StorageError


def make_context(files, name, *, is_server, authority=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if is_server else ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(authority or files.certificate("authority"))
    context.load_cert_chain(files.certificate(name), files.key(name))
    return context


def shake_hands(server, client, host="127.0.0.1"):
    """What each end says: "" where it takes the other."""
    told = {"server": "", "client": ""}
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve():
            plain, _ = door.accept()
            try:
                with server.wrap_socket(plain, server_side=True) as taken:
                    taken.sendall(b"ok")
                    taken.recv(1)
            except OSError as error:
                told["server"] = str(error)
            plain.close()

        serving = threading.Thread(target=serve)
        serving.start()
        try:
            with (
                socket.create_connection(("127.0.0.1", door.getsockname()[1]), timeout=60) as plain,
                client.wrap_socket(plain, server_hostname=host) as asked,
            ):
                assert asked.recv(2) == b"ok"
                with suppress(OSError):
                    asked.sendall(b"x")
        except OSError as error:
            told["client"] = str(error)
        serving.join()
    return told["server"], told["client"]


@pytest.fixture
def made(directory):
    directory.issue("worker", hosts=(), days=30)
    directory.issue("asker", hosts=("asker.example.org",), days=30)
    return directory


def test_those_whom_the_authority_vouches_for_take_each_other(made, files):
    ends = make_context(files, "worker", is_server=True), make_context(files, "asker", is_server=False)
    assert shake_hands(*ends) == ("", "")
    assert shake_hands(*ends, host="localhost") == ("", "")
    server, client = shake_hands(*ends, host="other.example.org")
    assert "Hostname mismatch" in client
    assert server


def test_certificates_of_another_authority_are_taken_by_neither_end(made, files, tmp_path):
    other = type(files)(tmp_path / "other")
    type(made)(type("Place", (), {"folder": other.folder})()).issue("asker", hosts=(), days=30)
    foreign = make_context(other, "asker", is_server=False, authority=files.certificate("authority"))
    server, _ = shake_hands(make_context(files, "worker", is_server=True), foreign)
    assert "certificate verify failed" in server
    client = make_context(other, "asker", is_server=False)
    assert "certificate verify failed" in shake_hands(make_context(files, "worker", is_server=True), client)[1]


def test_a_certificate_counts_until_its_time_is_over(made, files, directory):
    directory.issue("late", hosts=(), days=1 / 86_400)
    time.sleep(1.5)
    late = make_context(files, "late", is_server=False)
    assert "certificate has expired" in shake_hands(make_context(files, "worker", is_server=True), late)[0]
    late = make_context(files, "late", is_server=True)
    assert "certificate has expired" in shake_hands(late, make_context(files, "asker", is_server=False))[1]


def test_while_rotating_the_one_before_and_the_new_one_count(made, files):
    worker, old = make_context(files, "worker", is_server=True), make_context(files, "asker", is_server=False)
    before = next(note for note in made.list_all() if (note.name, note.kind) == ("asker", "certificate"))
    made.renew("asker", days=30)
    assert shake_hands(worker, old) == ("", "")
    assert shake_hands(worker, make_context(files, "asker", is_server=False)) == ("", "")
    notes = [note for note in made.list_all() if (note.name, note.kind) == ("asker", "certificate")]
    assert [note.is_newest for note in notes] == [True, False]
    assert notes[1].number == before.number != notes[0].number
    assert notes[0].hosts == ("asker.example.org",)


def test_while_the_authority_is_renewed_both_vouch(made, files):
    made.renew_authority()  # whose file, with both in it, goes to all before the first certificate of the new one
    worker, asker = make_context(files, "worker", is_server=True), make_context(files, "asker", is_server=False)
    made.renew("worker", days=30)
    new_worker = make_context(files, "worker", is_server=True)
    made.renew("asker", days=30)
    new_asker = make_context(files, "asker", is_server=False)
    for ends in ((worker, asker), (new_worker, asker), (worker, new_asker), (new_worker, new_asker)):
        assert shake_hands(*ends) == ("", "")
    assert [note.kind for note in made.list_all()[:2]] == ["authority", "authority"]


def test_secrets_are_their_owners_alone(made, files):
    modes = {path.name: path.stat().st_mode & 0o777 for path in files.folder.iterdir()}
    for name in ("authority.key", "worker.key", "worker.seal"):
        assert modes[name] == 0o600
    assert b"PRIVATE" not in files.certificate("worker").read_bytes()
    assert '"d"' not in files.public_seal("worker").read_text()


def test_what_cannot_be_made_is_told(made, files):
    wrong = {
        ("worker", ()): "there is a certificate of 'worker'",
        ("authority", ()): "is no name for a certificate",
        ("../x", ()): "is no name for a certificate",
        ("new", ("a b",)): "is no name or address of a machine",
        ("new", ("https://x",)): "is no name or address of a machine",
    }
    for (name, hosts), words in wrong.items():
        with pytest.raises(RequestError, match=words):
            made.issue(name, hosts=hosts, days=1)
    with pytest.raises(NameUnknownError, match="nobody"):
        made.renew("nobody", days=1)
    files.key("authority").unlink()
    with pytest.raises(RequestError, match="with which certificates are signed"):
        made.renew("worker", days=1)
    files.certificate("authority").write_text("nothing")
    with pytest.raises(StorageError, match="holds no certificate"):
        made.list_all()
