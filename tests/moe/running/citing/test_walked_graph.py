"""The graph that a run walked, as far as it is kept."""

import time

import pytest

from moe.contracts.runs import RunStart
from moe.running.citing.walked_graph import find_walked_graph
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.errors import RequestError
from moe_core.contracts.event import Event
from moe_core.contracts.persona_payloads import ExpertChosen, SearchDecided

DECIDED = SearchDecided(tool="search_documents", query="Who?", reason="words do")
CHOSEN = ExpertChosen(persona="generalist", query="Which?", cost=1.0, reason="it is the first")


@pytest.mark.parametrize(("payloads", "why"), [([DECIDED], ": nobody walked"), ([DECIDED, CHOSEN], ""), ([], "")])
def test_that_nobody_walked_is_told_only_of_a_run_of_which_it_is_so(tmp_path, payloads, why):
    with RunStore(open_workspace(tmp_path)) as store:
        store.start(RunStart(run_id="r", correlation_id="c", question="Who?", started=time.time(), pid=1))
        for number, payload in enumerate(payloads, start=1):
            told = {"kind": payload.kind, "data": payload}
            store.append(Event(run_id="r", correlation_id="c", sequence=number, at=time.time(), **told))
        store.finish("r", "failed", "{}")
        with pytest.raises(RequestError) as caught:
            find_walked_graph(store, "r")
    assert caught.value.message.removeprefix("run r kept no graph")[:15] == why
