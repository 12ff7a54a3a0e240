"""What events say of themselves in a line."""

from moe_core.contracts.payloads import ChainAssembled


def test_a_chain_tells_whom_auto_passed_over_in_a_line_that_can_be_read() -> None:
    passed = [{"provider": name, "why": f"{name} cannot be reached; start it with: {name}"} for name in ("a", "b")]
    chain = ChainAssembled(
        camina=None,
        belters=({"name": "research"},),
        drummers=(),
        observer=None,
        retriever="bm25",
        walkers=(),
        edges=(),
        warnings=(),
        choice={"provider": "extractive", "passed_over": passed},
        mode="quotes",
    )
    told = "1 Belter, 0 Drummers, mode quotes; auto takes extractive"
    assert chain.describe() == f"{told}, 2 passed over: a, b"
    chain.choice["passed_over"].clear()
    assert chain.describe() == told
