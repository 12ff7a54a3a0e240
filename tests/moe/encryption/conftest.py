"""A folder with certificates and keys."""

from pathlib import Path

import pytest

from moe.contracts.encryption import EncryptionPlace
from moe.encryption.certificate_files import CertificateFiles
from moe.encryption.seal_keys import SealKeys
from moe.facades.certificates import CertificateDirectory


@pytest.fixture
def files(tmp_path: Path) -> CertificateFiles:
    return CertificateFiles(tmp_path / "certs")


@pytest.fixture
def directory(files: CertificateFiles) -> CertificateDirectory:
    return CertificateDirectory(EncryptionPlace(folder=files.folder))


@pytest.fixture
def keys(files: CertificateFiles) -> SealKeys:
    return SealKeys(files)
