"""A process's own certificate, looked at before others refuse it."""

import time

import pytest

from moe.contracts.encryption import EncryptionPlace
from moe.facades.certificates import CertificateDirectory
from moe_core.contracts.errors import TransportError
from moe_core.contracts.transports import TransportTls
from moe_kit.net.own_certificate import find_own_fault, make_tls_context


@pytest.fixture
def make(tmp_path):
    """Makes a certificate; its files."""

    def issue(name, days=30.0, folder="certs"):
        CertificateDirectory(EncryptionPlace(folder=tmp_path / folder)).issue(name, hosts=(), days=days)
        own, authority = tmp_path / folder / name, str(tmp_path / folder / "authority.pem")
        return TransportTls(authority=authority, certificate=f"{own}.pem", key=f"{own}.key", name=name)

    return issue


def test_one_that_counts_has_no_fault_and_one_that_is_over_or_anothers_has(make, tmp_path):
    good, late = make("worker"), make("late", days=1 / 86_400)
    assert find_own_fault(good) == ""
    time.sleep(1.2)
    assert find_own_fault(late) == f"{late.certificate}: certificate has expired"
    make("worker", folder="other")
    foreign = TransportTls(
        authority=str(tmp_path / "other" / "authority.pem"), certificate=good.certificate, key=good.key
    )
    assert "issuer certificate" in find_own_fault(foreign) or "self" in find_own_fault(foreign)


@pytest.mark.parametrize("missing", ["authority", "certificate", "key"])
def test_a_file_that_is_missing_or_none_is_told(make, tmp_path, missing):
    good = make("worker")
    (tmp_path / "empty").write_text("")
    for path in ("/nowhere.pem", str(tmp_path / "empty")):
        files = {"authority": good.authority, "certificate": good.certificate, "key": good.key, missing: path}
        with pytest.raises(TransportError, match=f"'worker' cannot be shown.*{path}"):
            make_tls_context(TransportTls(**files, name="worker"), is_server=True)
