"""What runs share is made once, and anew where something else is asked for."""

from typing import Any

from moe.contracts.request import RunRequest
from moe_core.contracts.agent import Role
from moe_core.contracts.choice import ProviderChoice

ASKED = RunRequest(question="Who designed the lighthouse?", belter="research")


def test_requests_that_want_the_same_agents_share_a_chain(make_runner: Any, good: Any) -> None:
    environment = make_runner(good).environment
    route = environment.route(ASKED, has_documents=False)
    chain = environment.assemble(ASKED, route)
    other = ASKED.model_copy(update={"question": "Who else?"})
    assert environment.assemble(other, environment.route(other, has_documents=False)) is chain


def test_another_layer_drummer_or_provider_is_another_chain(make_runner: Any, good: Any) -> None:
    environment = make_runner(good).environment
    route = environment.route(ASKED, has_documents=False)
    chain = environment.assemble(ASKED, route)
    lower = environment.assemble(ASKED.model_copy(update={"top": Role.BELTER}), route)
    alone = environment.assemble(ASKED.model_copy(update={"drummer": "think"}), route)
    chosen = environment.assemble(ASKED, route, choice=ProviderChoice(provider="scripted"))
    assert lower.camina is None
    assert [member.name for member in alone.drummers] == ["think"]
    assert chosen.choice == ProviderChoice(provider="scripted")
    assert environment.assemble(ASKED, route) == chain


def test_a_request_for_another_model_shares_no_chain(make_runner: Any, good: Any) -> None:
    environment = make_runner(good).environment
    asked = ASKED.model_copy(update={"model": "other:1"})
    route = environment.route(ASKED, has_documents=False)
    plain = environment.assemble(ASKED, route)
    adapted = environment.adapt(asked).assemble(asked, route)
    assert plain.camina.served.model == "big:1"
    assert adapted.camina.served.model == "other:1"
