"""Whether a run would work: settings, plugins, workspace, index, model servers, models, agents."""

from collections.abc import Sequence

import msgspec

from moe.app import App
from moe.contracts.providers import ServerFacts
from moe.contracts.serving import ServingReport
from moe.diagnosis.finding import Finding
from moe.diagnosis.models import AgentState, find_model_findings, judge_agents
from moe.diagnosis.project import find_project_findings
from moe_core.contracts.wire import JsonObject


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found.

    Attributes:
        ok: Nothing that is configured is broken.
        findings: One by one.
        details: Servers, agents and models, as `moe doctor --json` has them.
    """

    ok: bool
    findings: Sequence[Finding]
    details: JsonObject = {}

    def describe(self) -> JsonObject:
        """The same as one object."""
        return {"ok": self.ok, "findings": self.findings, **self.details}


async def examine(app: App, *, is_measured: bool) -> Diagnosis:
    """Look at everything; model servers are asked which models they have.

    Args:
        app: The project's.
        is_measured: Ask each model one short question, for what it can do.
    """
    report = await app.models.examine()
    agents = judge_agents(report)
    measured = await app.models.measure(report) if is_measured else ()
    findings = [*find_project_findings(app), *find_model_findings(app, report, agents, measured)]
    is_well = not any(finding.state == "wrong" for finding in findings)
    return Diagnosis(ok=is_well, findings=findings, details={**_describe(report, agents), "measured": measured})


def _describe(report: ServingReport, states: Sequence[AgentState]) -> JsonObject:
    servers = []
    for status in report.statuses:
        facts = report.facts.get(status.name, ServerFacts())
        models = [{"name": model, "context_tokens": facts.context_tokens.get(model)} for model in status.models]
        servers.append(
            {
                "name": status.name,
                "address": status.address,
                "ok": status.health.ok,
                "detail": status.health.detail,
                "version": facts.version,
                "seconds": round(status.seconds, 4),
                "models": models,
            }
        )
    agents = [
        {
            "role": one.serving.agent.role,
            "name": one.serving.agent.name,
            "base": one.serving.agent.base,
            "source": one.serving.source,
            "state": one.state,
            "served": one.serving.served,
            "remedy": one.remedy,
        }
        for one in states
    ]
    return {"choice": report.choice, "servers": servers, "agents": agents}
