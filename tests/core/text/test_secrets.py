import pytest

from moe_core.text.secrets import MASK, ask_for_scheme, hide_secrets, mask_secrets, remember_secret


@pytest.mark.parametrize(
    "name",
    [
        "key",
        "api_key",
        "apikey",
        "weatherKey",
        "APIKey",
        "X-Auth-Token",
        "client_secret",
        "db.password",
        "Authorization",
    ],
)
def test_text_whose_name_is_a_secrets_is_hidden(name):
    assert mask_secrets({name: "abc"}) == {name: MASK}
    assert mask_secrets("abc", f"tools.weather.settings.{name}") == MASK
    assert mask_secrets({name: {"inner": ["abc", 3, ""]}}) == {name: {"inner": [MASK, 3, ""]}}


@pytest.mark.parametrize("name", ["api_key_env", "max_tokens_total", "monkey", "keyboard", "keywords", "city", ""])
def test_other_values_are_shown(name):
    assert mask_secrets({name: "abc", "number": 7, "nothing": None}) == {name: "abc", "number": 7, "nothing": None}


def test_a_number_of_tokens_is_no_secret():
    assert mask_secrets({"tokens": 20_000}) == {"tokens": 20_000}


def test_passwords_in_addresses_are_hidden():
    given = {"feeds": ("https://ann:pw@host/x?y=1", "https://host/@home", "write to ann@host")}
    assert mask_secrets(given) == {"feeds": [f"https://{MASK}@host/x?y=1", "https://host/@home", "write to ann@host"]}


def test_a_reference_to_a_key_is_shown_and_what_only_looks_like_one_is_not() -> None:
    assert mask_secrets("vault:secret/moe#key", "api_key") == "vault:secret/moe#key"
    assert mask_secrets("vaults:secret", "api_key") == MASK
    assert mask_secrets("env:", "api_key") == MASK
    assert mask_secrets("file://ann:pass@host/x", "address") == f"file://{MASK}@host/x"


def test_what_was_read_is_hidden_the_longest_first() -> None:
    for value in ("canary-71", "canary-71-long", "short"):
        remember_secret(value)
    assert hide_secrets("canary-71-long, canary-71 and short") == f"{MASK}, {MASK} and short"


def test_a_misspelt_reference_is_asked_about_and_nothing_of_a_key_is_repeated() -> None:
    assert ask_for_scheme("evn:MY_KEY") == "did you mean env:…?"
    assert ask_for_scheme("valt:secret/moe#key") == "did you mean vault:…?"
    assert [ask_for_scheme(key) for key in ("sk-12:34", "env", "", "evn:")] == [""] * 4
