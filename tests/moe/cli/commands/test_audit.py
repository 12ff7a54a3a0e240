"""`moe audit`."""

import json


def test_nothing_is_logged_until_it_is_asked_for(moe):
    assert moe("keys", "create", "chat").exit_code == 0
    assert "set server.audit" in moe("audit", "list").stdout
    assert moe("audit", "verify").stdout == "nothing is logged\n"


def test_commands_are_logged_listed_and_looked_over(moe):
    log = ("--set", "server.audit=changes")
    moe(*log, "keys", "create", "chat")
    moe(*log, "keys", "revoke", "chat")
    lines = json.loads(moe("audit", "list", "--json").stdout)
    assert [(line["note"]["what"], line["note"]["target"]) for line in lines] == [
        ("moe keys create", "chat"),
        ("moe keys revoke", "chat"),
    ]
    assert "command line" in moe("audit", "list").stdout
    (first,) = json.loads(moe("audit", "list", "--last", "1", "--json").stdout)
    assert first["number"] == 2
    report = json.loads(moe("audit", "verify", "--json").stdout)
    assert (report["lines"], report["faults"]) == (2, [])
    assert moe("audit", "verify", "--kept", f"2:{report['digest']}").exit_code == 0
    other = moe("audit", "verify", "--kept", f"1:{report['digest']}")
    assert (other.exit_code, "line 1 is not the one whose digest was kept" in other.output) == (1, True)
    wrong = moe("audit", "verify", "--kept", "last")
    assert (wrong.exit_code, "is no number and digest" in wrong.output) == (2, True)
