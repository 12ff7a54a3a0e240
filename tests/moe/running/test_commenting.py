"""What experts say of their evidence, by their model, in whole runs of a project whose model is scripted."""

import json
from pathlib import Path
from typing import Any

import pytest

from moe.app import App
from moe.contracts.metrics import RunMetrics
from moe.contracts.request import RunRequest
from moe.running.commenting import make_commentary_format, make_ratings_format
from moe_core import Evidence, Persona, Tier
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.persona_payloads import ExpertCommented, ExpertScored

pytestmark = pytest.mark.anyio
PLUGIN = """
import json
import os
from pathlib import Path

from moe_core import Health, ModelProvider, ModelReply, Purpose
from moe_core.contracts.errors import ModelUnavailableError

PLACE = Path(os.environ["MOE_TEST_PLACE"])


class Scripted(ModelProvider):
    name = "scripted"
    summary = "Answers by what it is asked"

    async def generate_structured(self, request, schema):
        grounding = request.grounding
        with (PLACE / "asked.jsonl").open("a") as file:
            said = request.messages[-1].content
            told = {"purpose": grounding.purpose, "persona": dict(grounding.persona), "said": said}
            file.write(json.dumps(told) + "\\n")
        return ModelReply(text="", data=self.answer(grounding))

    def answer(self, grounding):
        if grounding.purpose is Purpose.COMMENT:
            name = grounding.persona["persona_name"]
            if name in (PLACE / "failing").read_text().split():
                raise ModelUnavailableError("its model is away")
            insights = [grounding.evidence[0].text, "Victor Null did it."]
            return {"commentary": f"{name} looked.", "relevance_score": 0.7, "key_insights": insights}
        if grounding.purpose is Purpose.JUDGE:
            return {"ratings": [{"output": n, "score": 0.9 / n} for n in range(len(grounding.findings), 0, -1)]}
        if grounding.purpose in (Purpose.PLAN, Purpose.DECOMPOSE):
            who = "belter" if grounding.purpose is Purpose.PLAN else "drummer"
            task = {"id": "t1", who: grounding.choices[0].name, "instruction": grounding.question, "depends_on": []}
            return {"tasks": [{**task, who: "search"} if who == "drummer" else task]}
        if grounding.purpose is Purpose.CHOOSE_TOOLS:
            return {"calls": []}
        if grounding.purpose is Purpose.OBSERVE:
            return {"notes": []}
        said = [{"text": item.text, "evidence": [item.evidence_id]} for item in grounding.evidence[:1]]
        return {"statements": said, "notes": []}

    async def generate(self, request):
        return ModelReply(text=request.grounding.question)

    async def health(self):
        return Health(ok=True, detail="scripted")

    async def models(self):
        return ["any"]


def moe_model_providers():
    return [Scripted]
"""
TEXTS = ("The mill of Tarn was restored in 1871.", "The mill of Tarn was sold in 1902.", "Gulls nest on the mill.")
REQUEST = RunRequest(question="When was the mill of Tarn restored?", belter="knowledge", docs=("docs",))


class Project:
    """Asks in a project of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "plugins" / "models").mkdir(parents=True)
        (folder / "plugins" / "models" / "scripted.py").write_text(PLUGIN)
        (folder / "docs").mkdir()
        for number, text in enumerate(TEXTS):
            (folder / "docs" / f"{number}.txt").write_text(text)
        (folder / "failing").write_text("")

    async def ask(self, *, failing: str = "", mode: str = "full", **experts: Any) -> tuple[list[Event], RunMetrics]:
        (self.folder / "failing").write_text(failing)
        (self.folder / "asked.jsonl").write_text("")
        together = experts.pop("together", 2)
        experts = {"comments": True, **experts}
        remarks = experts.pop("remarks", True)
        settings = {f"experts.{name}": value for name, value in experts.items()}
        app = App.open(
            self.folder,
            overrides={"system.provider": "scripted", "system.mode": mode, "system.remarks": remarks, **settings},
            environ={"MOE_TRUST": "/", "XDG_CONFIG_HOME": str(self.folder), "HOME": str(self.folder)},
        )
        events: list[Event] = []
        docs = tuple(str(self.folder / name) for name in REQUEST.docs)
        result = await app.run(REQUEST.model_copy(update={"docs": docs, "experts": together}), on_event=events.append)
        assert result.error is None, result.error
        metrics = app.measure_runs(run_id=result.run_id)
        app.close()
        return events, metrics

    def asked(self, purpose: str) -> list[dict[str, Any]]:
        lines = map(json.loads, (self.folder / "asked.jsonl").read_text().splitlines())
        return [line for line in lines if line["purpose"] == purpose]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("MOE_TEST_PLACE", str(tmp_path))
    return Project(tmp_path)


def comments(events: list[Event]) -> dict[str, ExpertCommented]:
    return {event.data.persona: event.data for event in events if isinstance(event.data, ExpertCommented)}


async def test_where_several_looked_each_comments_and_what_it_found_is_read_above(project: Project) -> None:
    events, metrics = await project.ask()
    walked = list(dict.fromkeys(event.data.persona for event in events if isinstance(event.data, ExpertScored)))
    told = comments(events)
    assert len(walked) == 2
    assert list(told) == walked
    for name, comment in told.items():
        assert (comment.commentary, comment.relevance_score, comment.failure) == (f"{name} looked.", 0.7, "")
        assert comment.key_insights == (TEXTS[0],)  # what no passage says is left out
        assert comment.by != "rule"
    asked = project.asked("comment")
    assert [one["persona"]["persona_name"] for one in asked] == walked  # once, though two tools look for the same
    assert "precision" in asked[0]["persona"]["traits"]
    assert f'You are the expert "{walked[0]}"' in asked[0]["said"]
    (merge,) = project.asked("merge")
    assert f'"expert":"{walked[1]}","insights":["{TEXTS[0]}"]' in merge["said"]
    assert set(walked) <= metrics.personas.keys()  # its calls are counted to each


async def test_one_whose_model_fails_has_a_comment_by_rule_with_the_reason_and_the_run_is_done(
    project: Project,
) -> None:
    events, _ = await project.ask()
    one, _ = comments(events)
    again, _ = await project.ask(failing=one)
    told = comments(again)
    (other,) = told.keys() - {one}
    assert (told[one].by, told[one].failure) == ("rule", "its model is away")
    assert told[one].commentary.startswith(TEXTS[0])
    assert told[other].failure == ""
    assert not any(event.kind is EventKind.BREAKER_OPENED for event in again)
    (merge,) = project.asked("merge")
    assert f'"expert":"{other}"' in merge["said"]
    assert f'"expert":"{one}"' not in merge["said"]


@pytest.mark.parametrize("changes", [{"mode": "reader"}, {"mode": "quotes"}, {"comments": False}, {"together": 1}])
async def test_no_call_is_spent_in_less_than_full_mode_where_it_is_off_or_one_looked_alone(
    project: Project, changes: dict[str, Any]
) -> None:
    events, _ = await project.ask(**changes)
    assert comments(events) == {}
    assert project.asked("comment") == project.asked("judge") == []


async def test_one_that_looks_without_a_say_is_judged_and_not_asked_to_comment(project: Project) -> None:
    for number in range(12):
        (project.folder / "docs" / f"gulls{number}.txt").write_text(f"Gull {number} nests on a mill.")
    (project.folder / ".moe").mkdir()
    app = App.open(project.folder, environ={"MOE_TRUST": "/", "XDG_CONFIG_HOME": str(project.folder)})
    app.personas.store.add([Persona(name="newcomer", activation_cost=0.1, tier=Tier.EXPERIMENTAL)], reason="wanted")
    app.close()
    events, _ = await project.ask(together=None)
    scored = [event.data for event in events if isinstance(event.data, ExpertScored)]
    assert {(one.persona, one.is_leading) for one in scored} == {("generalist", True), ("newcomer", False)}
    assert comments(events) == {}
    assert project.asked("comment") == []


@pytest.mark.parametrize(
    ("changes", "is_asked"),
    [({}, True), ({"mode": "reader"}, False), ({"mode": "quotes"}, False), ({"remarks": False}, False)],
)
async def test_the_observers_model_is_asked_in_full_mode_only_and_where_it_is_on(
    project: Project, changes: dict[str, Any], is_asked: bool
) -> None:
    await project.ask(**changes)
    assert bool(project.asked("observe")) is is_asked


async def test_a_judging_models_word_counts_as_it_is_weighed(project: Project) -> None:
    events, _ = await project.ask(judge=10.0)
    scored: dict[str, list[ExpertScored]] = {}
    for event in events:
        if isinstance(event.data, ExpertScored):
            scored.setdefault(event.data.persona, []).append(event.data)
    (first, *_), (_, *_) = scored.values()
    judged, other = (next(one for one in told if "judge" in one.parts) for told in scored.values())
    assert "judge" not in first.parts
    assert (judged.parts["judge"], other.parts["judge"]) == (0.9, 0.45)
    assert judged.score - other.score > 0.3
    assert (await project.ask(judge=0.0))[0]
    assert project.asked("judge") == []


def test_a_reply_that_breaks_the_form_is_refused_in_words() -> None:
    evidence = Evidence(evidence_id="e", document="d", passage_id="p", start=0, end=5, text=TEXTS[0], score=1.0)
    read = make_commentary_format([evidence], "When?").read
    with pytest.raises(ValueError, match="relevance_score is 7"):
        read({"commentary": "x", "relevance_score": 7, "key_insights": []})
    for ratings in ([], [{"output": 1, "score": 0.1}] * 2, [{"output": 1, "score": 2}, {"output": 2, "score": 0}]):
        with pytest.raises(ValueError, match="each of the 2 outputs is rated once, from 0 to 1"):
            make_ratings_format(2).read({"ratings": ratings})
