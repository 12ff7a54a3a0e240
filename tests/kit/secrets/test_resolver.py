"""A key is read where its reference says that it is; what is wrong with one is told in a line, without the key."""

from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.core import set_keyring
from keyring.errors import NoKeyringError

from moe_core.contracts.errors import SecretError
from moe_kit.secrets.resolver import resolve_secret, resolve_setting

KEY = "sk-canary-93"


class OneEntry(KeyringBackend):
    """A keyring with one entry."""

    priority = 1  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        if service == "locked":
            raise NoKeyringError("no keyring is there. Install one of many packages, or else " + "see more " * 40)
        return KEY if (service, username) == ("moe", "openai") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


@pytest.fixture(autouse=True)
def keyring() -> None:
    set_keyring(OneEntry())


def test_each_kind_of_reference_leads_to_the_key(tmp_path: Path, monkeypatch, vault_stand_in) -> None:
    monkeypatch.setenv("MILL_KEY", KEY)
    (tmp_path / "key").write_text(f"{KEY}\n")
    vault_stand_in.secrets["moe/models"] = {"openai": KEY}
    references = ("env:MILL_KEY", f"file:{tmp_path}/key", "keyring:moe/openai", "vault:secret/moe/models#openai")
    assert [resolve_secret(one, setting="x") for one in references] == [KEY] * 4
    assert resolve_setting("postgresql://ann@host/moe", setting="x") == "postgresql://ann@host/moe"


@pytest.mark.parametrize(
    ("reference", "told", "hint"),
    [
        (KEY, "x is no reference to a key", "env:NAME, file:/PATH"),
        ("valt:secret/moe#key", "x is no reference to a key", "did you mean vault:…?"),
        ("postgresql://ann:pass@host/moe", "x is no reference to a key", "env:NAME"),
        ("env:MY-KEY", "x: 'env:MY-KEY' is no whole reference", "variable of the environment"),
        ("env:NOT_SET_HERE", "x: the environment variable NOT_SET_HERE is not set", "export NOT_SET_HERE="),
        ("file:key.txt", "is no whole reference", "by its whole path"),
        ("file:/not/there", "x: /not/there cannot be read: No such file or directory", "name a file"),
        ("file:/tmp", "x: /tmp cannot be read: Is a directory", "name a file"),
        ("file:/dev/null", "x: /dev/null is no file", "name a file"),
        ("keyring:moe", "is no whole reference", "keyring:SERVICE/NAME"),
        ("keyring:moe/other", "x: the keyring has no moe/other", "keyring set moe other"),
        ("vault:secret/moe", "is no whole reference", "vault:secret/moe/models#key"),
        (
            "vault:secret/moe/gone#key",
            "x: Vault has no secret at secret/moe/gone",
            "vault kv put secret/moe/gone key=…",
        ),
        (
            "vault:secret/moe/models#gone",
            "x: the secret secret/moe/models of Vault has no text 'gone'",
            "it has openai",
        ),
        ("vault:secret/closed/a#key", "does not let this login read secret/closed/a", 'path "secret/data/closed/a"'),
    ],
)
def test_a_wrong_reference_is_told_with_what_to_do(reference, told, hint, vault_stand_in) -> None:
    vault_stand_in.secrets["moe/models"] = {"openai": KEY}
    with pytest.raises(SecretError) as caught:
        resolve_secret(reference, setting="x")
    assert told in caught.value.message
    assert hint in str(caught.value.hint)
    assert "canary" not in f"{caught.value.message} {caught.value.hint}"
    assert "\n" not in caught.value.message


def test_a_keyring_that_is_missing_is_told_in_one_whole_sentence_with_what_else_can_be_used() -> None:
    with pytest.raises(SecretError) as caught:
        resolve_secret("keyring:locked/other", setting="x")
    assert caught.value.message == "x: the keyring cannot be read: no keyring is there"
    assert "env:NAME or file:/PATH" in str(caught.value.hint)


def test_an_empty_or_endless_file_is_no_key(tmp_path: Path) -> None:
    for name, data, told in (
        ("empty", b" \n", "is empty"),
        ("long", b"x" * 70_000, "too long for a key"),
        ("image", b"\xff\xfe\x00", "holds no text"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(SecretError, match=told):
            resolve_secret(f"file:{tmp_path}/{name}", setting="x")
