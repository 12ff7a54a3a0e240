"""Vault, before a stand-in that speaks its KV store's API: logins, renewal, and what is kept while it is away."""

import logging
import time
from pathlib import Path

import pytest

from moe_core.contracts.errors import SecretError
from moe_kit.secrets import vault as vault_module
from moe_kit.secrets.resolver import resolve_secret
from moe_kit.secrets.vault import KEPT_SECONDS, Vault
from vault_stand_in import POD_ROLE, POD_TOKEN, ROLE, ROOT_TOKEN, VaultStandIn

KEY = "sk-canary-94"


@pytest.fixture
def vault(vault_stand_in: VaultStandIn) -> VaultStandIn:
    vault_stand_in.secrets["moe/models"] = {"openai": KEY}
    return vault_stand_in


def as_role(vault: VaultStandIn, clock=time.monotonic) -> Vault:
    given = {"VAULT_ADDR": vault.url, "VAULT_ROLE_ID": ROLE[0], "VAULT_SECRET_ID": ROLE[1]}
    return Vault(given, clock)


def read(vault: Vault) -> str:
    return vault.read("secret/moe/models", "openai", setting="x")


def test_a_token_and_a_pods_account_log_in_too(vault: VaultStandIn, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(POD_TOKEN)
    pod = {"VAULT_K8S_ROLE": POD_ROLE, "VAULT_K8S_TOKEN_FILE": str(tmp_path / "token")}
    for given in ({"VAULT_TOKEN": ROOT_TOKEN}, pod):
        assert read(Vault({"VAULT_ADDR": vault.url, **given})) == KEY


def test_a_refused_login_and_a_pod_without_account_say_what_to_set(vault: VaultStandIn) -> None:
    for given, told in (
        ({"VAULT_ROLE_ID": "moe-role", "VAULT_SECRET_ID": KEY}, "Vault refuses the login"),
        ({"VAULT_TOKEN": KEY}, "Vault refuses the login"),
        ({"VAULT_K8S_ROLE": "x", "VAULT_K8S_TOKEN_FILE": "/not/there"}, "account cannot be read at /not/there"),
        ({}, "nothing says who asks Vault"),
    ):
        with pytest.raises(SecretError, match=told) as caught:
            read(Vault({"VAULT_ADDR": vault.url, **given}))
        assert "VAULT_" in str(caught.value.hint)
        assert KEY not in f"{caught.value.message} {caught.value.hint}"


def test_without_an_address_nothing_is_asked(vault: VaultStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VAULT_ADDR")
    with pytest.raises(SecretError, match="nothing says where it is"):
        resolve_secret("vault:secret/moe/models#openai", setting="x")


def test_a_value_is_kept_for_a_while_then_read_again(vault: VaultStandIn) -> None:
    now = [0.0]
    asked = as_role(vault, lambda: now[0])
    assert [read(asked), read(asked)] == [KEY, KEY]
    assert vault.calls["secret/data/moe/models"] == 1
    vault.secrets["moe/models"] = {"openai": "changed"}
    assert read(asked) == KEY
    now[0] = KEPT_SECONDS
    assert read(asked) == "changed"


def test_while_vault_is_away_the_last_value_counts(vault: VaultStandIn, caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    asked = as_role(vault, lambda: now[0])
    assert read(asked) == KEY
    vault.is_sealed, now[0] = True, KEPT_SECONDS
    with caplog.at_level(logging.WARNING, "moe.secrets"):
        assert read(asked) == KEY
    assert "x keeps what it was" in caplog.text
    assert KEY not in caplog.text
    with pytest.raises(SecretError, match="cannot be asked: VaultDown") as caught:
        read(as_role(vault))
    assert caught.value.retryable


def test_a_vault_that_nobody_reaches_is_one_line(dead_url: str) -> None:
    with pytest.raises(SecretError, match="cannot be asked: ConnectionError") as caught:
        read(Vault({"VAULT_ADDR": dead_url.replace("//", "//ann:pass@"), "VAULT_TOKEN": "t"}))
    assert "pass" not in caught.value.message


def test_a_login_that_is_over_is_made_anew(vault: VaultStandIn) -> None:
    now = [0.0]
    asked = as_role(vault, lambda: now[0])
    read(asked)
    vault.forget_logins()
    now[0] = KEPT_SECONDS
    assert read(asked) == KEY
    assert vault.calls["auth/approle/login"] == 2


def test_a_login_is_renewed_before_its_time_is_over(vault: VaultStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    assert vault_module._RENEW_SHARE < 0.8
    monkeypatch.setattr(vault_module, "_RENEW_SHARE", 0.05)  # so that the machine may stand still for seconds
    vault.login_seconds = 8.0
    now = [0.0]
    asked = as_role(vault, lambda: now[0])
    read(asked)
    ends = time.monotonic() + 20
    while vault.calls["auth/token/renew-self"] < 3 and time.monotonic() < ends:
        time.sleep(0.05)
    now[0] = KEPT_SECONDS
    assert read(asked) == KEY
    assert vault.calls["auth/token/renew-self"] >= 3
    assert vault.calls["auth/approle/login"] == 1
