"""A local authority: makes certificates that count for a short while, and vouches for them."""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from moe.contracts.certificates import CertificateNote
from moe.encryption.certificate_files import AUTHORITY, CertificateFiles
from moe_core.contracts.errors import NameUnknownError, RequestError, StorageError

AUTHORITY_DAYS = 730
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
_EARLIER = timedelta(minutes=5)  # clocks of machines differ
Key = ec.EllipticCurvePrivateKey


class Authority:
    """Makes and lists the certificates of a folder."""

    def __init__(self, files: CertificateFiles) -> None:
        self._files = files

    def __repr__(self) -> str:
        return f"<Authority in {self._files.folder}>"

    def issue(self, name: str, *, hosts: Sequence[str], days: float) -> CertificateNote:
        """Make a certificate with its key, and the authority itself where there is none yet.

        Raises:
            RequestError: A host is none.
            StorageError: A file cannot be read or written.
        """
        if not self._files.certificate(AUTHORITY).exists():
            self.renew()
        signer, signing = self._load_authority()
        key = ec.generate_private_key(ec.SECP256R1())
        until = min(_now() + timedelta(days=days), signer.not_valid_after_utc)
        usage = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)
        certificate = (
            _begin(name, signer.subject, key, until)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage(usage), critical=False)
            .add_extension(x509.SubjectAlternativeName([_read_host(host) for host in hosts]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
            .sign(signing, hashes.SHA256())
        )
        self._write(name, [certificate], key)
        return _describe(name, certificate, str(self._files.certificate(name)))

    def reissue(self, name: str, *, days: float) -> CertificateNote:
        """Make another certificate for a name; the one before is kept, and counts until its time is over.

        Raises:
            NameUnknownError: There is none of that name.
            StorageError: A file cannot be read or written.
        """
        path = self._files.certificate(name)
        if not path.exists():
            raise NameUnknownError("certificate", name, near=self._files.list_names()[:5])
        before = self._load(path)[0]
        for place in (path, self._files.key(name)):
            self._files.write(self._files.older(place), self._files.read(place), is_secret=place.suffix == ".key")
        return self.issue(name, hosts=_list_hosts(before), days=days)

    def renew(self) -> CertificateNote:
        """Make an authority, or another one: both count until the time of the first is over.

        Raises:
            StorageError: A file cannot be read or written.
        """
        path = self._files.certificate(AUTHORITY)
        known = [one for one in self._load(path) if one.not_valid_after_utc > _now()] if path.exists() else []
        key = ec.generate_private_key(ec.SECP256R1())
        name = f"moe authority {_now():%Y-%m-%d %H:%M:%S}"
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = x509.KeyUsage(
            **dict.fromkeys(("digital_signature", "key_cert_sign", "crl_sign"), True),
            **dict.fromkeys(("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False),
            **dict.fromkeys(("encipher_only", "decipher_only"), False),
        )
        certificate = (
            _begin(name, subject, key, _now() + timedelta(days=AUTHORITY_DAYS))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        self._write(AUTHORITY, [certificate, *known], key)
        return _describe(AUTHORITY, certificate, str(path))

    def list_certificates(self) -> list[CertificateNote]:
        """All of them, the authority first.

        Raises:
            StorageError: A file cannot be read.
        """
        path = self._files.certificate(AUTHORITY)
        bundle = self._load(path) if path.exists() else []
        found = [_describe(AUTHORITY, one, str(path), is_newest=place == 0) for place, one in enumerate(bundle)]
        for name in self._files.list_names():
            place = self._files.certificate(name)
            found.append(_describe(name, self._load(place)[0], str(place)))
            if (older := self._files.older(place)).exists():
                found.append(_describe(name, self._load(older)[0], str(older), is_newest=False))
        return found

    def _load_authority(self) -> tuple[x509.Certificate, Key]:
        path = self._files.key(AUTHORITY)
        if not path.exists():
            raise RequestError(f"{path} is not here, with which certificates are signed", hint="make them where it is")
        try:
            key = serialization.load_pem_private_key(self._files.read(path), None)
        except (ValueError, TypeError) as error:
            raise StorageError(f"{path} is no key: {error}") from error
        if not isinstance(key, Key):
            raise StorageError(f"{path} is no key of moe's authority")
        return self._load(self._files.certificate(AUTHORITY))[0], key

    def _load(self, path: Path) -> list[x509.Certificate]:
        try:
            return x509.load_pem_x509_certificates(self._files.read(path))
        except ValueError as error:
            raise StorageError(f"{path} holds no certificate: {error}", hint="moe certs new makes one") from error

    def _write(self, name: str, certificates: Sequence[x509.Certificate], key: Key) -> None:
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        text = b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates)
        self._files.write(self._files.key(name), secret, is_secret=True)
        self._files.write(self._files.certificate(name), text, is_secret=False)


def _begin(name: str, issuer: x509.Name, key: Key, until: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(_now(), until) - _EARLIER)
        .not_valid_after(until)
    )


def _describe(name: str, certificate: x509.Certificate, path: str, *, is_newest: bool = True) -> CertificateNote:
    return CertificateNote(
        name=name,
        kind="authority" if name == AUTHORITY else "certificate",
        number=f"{certificate.serial_number:x}"[:16],
        until=certificate.not_valid_after_utc.timestamp(),
        hosts=tuple(_list_hosts(certificate)),
        is_newest=is_newest,
        path=path,
    )


def _list_hosts(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [str(name.value) for name in names]


def _read_host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        if not host or any(sign.isspace() for sign in host) or "/" in host or ":" in host:
            raise ValueError("a name has no spaces, slashes or ports")
        return x509.DNSName(host)
    except ValueError as error:
        raise RequestError(f"{host!r} is no name or address of a machine", hint="write it as in an address") from error


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
