"""Which model stands in for one that a server lacks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.routing.stand_ins import find_stand_in, has_model, read_billions

NAMES = st.sampled_from(
    ["llama3.2:1b", "llama3.2:3b", "mistral", "mistral:7b", "qwen3:8b", "phi4", "qwen3:30b-a3b", "nomic-embed-text"]
)


@pytest.mark.parametrize(
    ("name", "billions"),
    [
        ("llama3.2:3b", 3),
        ("qwen2.5:0.5b", 0.5),
        ("mixtral:8x7b", 56),
        ("qwen3:30b-a3b", 30),
        ("Qwen/Qwen3-8B", 8),
        ("meta-llama/Llama-3.1-70B-Instruct", 70),
        ("nvidia/nemotron-3-nano-30b-a3b", 30),
        ("smollm:135m", 0.135),
        ("mistral:7b-instruct-q4_0", 7),
        ("phi4", 8),
        ("gpt-4o-mini", 8),
        ("tiny:0b", 8),
    ],
)
def test_a_name_tells_the_size_or_counts_as_usual(name: str, billions: float) -> None:
    assert read_billions(name) == pytest.approx(billions)


@pytest.mark.parametrize(
    ("wanted", "models", "taken"),
    [
        ("mistral-small:22b", ["llama3.2:3b", "qwen3:8b"], "qwen3:8b"),
        ("llama3.2:3b", ["qwen3:8b", "llama3.2:1b"], "qwen3:8b"),
        ("mistral:7b", ["nomic-embed-text", "phi4"], "phi4"),
        ("mistral:7b", ["qwen3:7b", "mistral:7b-instruct"], "mistral:7b-instruct"),
        ("mistral:7b", ["phi4", "mistral"], "mistral"),
        ("mistral:7b", ["phi4", "gemma3"], "phi4"),
        ("mistral:7b", ["mistralai/Mistral-7B-Instruct-v0.3"], "mistralai/Mistral-7B-Instruct-v0.3"),
        ("mistral:7b", ["nomic-embed-text:latest", "bge-m3", "whisper-1"], None),
        ("mistral:7b", [], None),
    ],
)
def test_the_nearest_in_size_stands_in_and_among_equals_one_of_the_family(
    wanted: str, models: list[str], taken: str | None
) -> None:
    assert find_stand_in(wanted, models) == taken


def test_a_name_without_a_tag_means_the_latest() -> None:
    assert has_model("mistral", ["mistral:latest"])
    assert has_model("mistral:latest", ["mistral"])
    assert not has_model("mistral", ["mistral:7b"])


@given(wanted=NAMES, models=st.lists(NAMES, unique=True))
def test_the_choice_is_one_of_the_models_and_none_is_nearer(wanted: str, models: list[str]) -> None:
    taken = find_stand_in(wanted, models)
    able = [model for model in models if model != "nomic-embed-text"]
    assert (taken in able) if able else (taken is None)

    def measure(model: str) -> float:
        ratio = read_billions(model) / read_billions(wanted)
        return max(ratio, 1 / ratio)

    assert all(measure(taken) <= measure(other) + 1e-6 for other in able if taken is not None)
