"""`moe observer status`: runs looked at together."""

import json


def test_runs_that_find_nothing_stand_out(moe) -> None:
    assert moe("observer", "status").stdout == "looked at 0 runs: nothing stands out\n"
    for _ in range(10):
        moe("run", "Who painted the ceiling of the opera?", "--docs", "docs", "--quiet")
    shown = moe("observer", "status").stdout.splitlines()
    assert shown[0] == "10 of 10 questions over documents found nothing"
    assert shown[-1] == "looked at 10 runs"
    seen = json.loads(moe("observer", "status", "--json").stdout)
    assert (seen["runs"], [remark["rule"] for remark in seen["remarks"]]) == (10, ["nothing_found"])


def test_since_is_for_the_status_alone(moe) -> None:
    refused = moe("observer", "Who restored the mill?", "--since", "7d", "--docs", "docs")
    assert (refused.exit_code, "for `moe observer status`" in refused.stderr) == (2, True)


def test_a_mistyped_status_is_no_question(moe) -> None:
    refused = moe("observer", "statos")
    assert (refused.exit_code, "did you mean `moe observer status`?" in refused.stderr) == (2, True)
