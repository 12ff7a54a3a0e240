"""`moe keys`."""

import json


def test_a_key_is_shown_once_listed_and_revoked(moe):
    made = moe("keys", "create", "chat", "--scope", "runs:read,admin", "--rate", "60/min", "--expires", "90d")
    assert made.exit_code == 0
    secret = made.stdout.strip()
    assert secret.startswith("moe_")
    listed = moe("keys", "list").stdout
    assert secret.split("_")[1] in listed
    assert secret not in listed
    (key,) = json.loads(moe("keys", "list", "--json").stdout)
    assert (key["name"], key["scopes"], key["rate"], key["concurrency"]) == (
        "chat",
        ["runs:read", "admin"],
        "60/minute",
        0,
    )
    assert round((key["expires"] - key["created"]) / 86_400) == 90
    moe("keys", "create", "other")
    told = moe("keys", "revoke", "other")
    assert (told.stdout, told.stderr) == ("other counts no more\n", "")
    told = moe("keys", "revoke", "chat")
    assert told.stdout == "chat counts no more\n"
    assert "no key is left: a server that others reach" in told.stderr
    assert "lets nobody in; moe keys create" in told.stderr
    listed = moe("keys", "list").stdout
    assert "there are no keys" in listed
    assert "lets nobody in" in listed


def test_what_is_mistyped_is_told_with_what_there_is(moe):
    wrong = {
        ("create", "a", "--scope", "runs:reed"): "'runs:reed' is no scope: there are runs:read, runs:write",
        ("create", "a", "--rate", "often"): "'often' is no rate",
        ("create", "a", "--expires", "tomorrow"): "'tomorrow' is no length of time",
        ("create", "  "): "a name has 1 to 100 characters",
        ("revoke", "nobody"): "no key is named 'nobody'",
    }
    for arguments, words in wrong.items():
        told = moe("keys", *arguments)
        assert (told.exit_code, words in told.output) == (2, True), told.output


def test_other_machines_are_served_with_keys_only(moe):
    told = moe("serve", "--host", "0.0.0.0", "--port", "0")
    assert told.exit_code == 2
    assert told.output == (
        "error: other machines can reach 0.0.0.0, and there are no keys\n"
        "  hint: moe keys create NAME makes one; --insecure lets everybody in\n"
    )
