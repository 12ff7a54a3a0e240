"""`moe doctor`: what is there, what is missing, and what to type."""

from collections.abc import Sequence
from functools import partial

import click

from moe.cli.async_work import run_async
from moe.cli.exit_codes import EXIT_DONE, EXIT_FAILED
from moe.cli.findings.finding import Finding
from moe.cli.findings.models import AgentState, find_model_findings, judge_agents
from moe.cli.findings.project import find_project_findings
from moe.cli.options import json_option
from moe.cli.render.findings import show_findings
from moe.cli.session import Session, pass_session
from moe.contracts.providers import ServerFacts
from moe.contracts.serving import ServingReport
from moe_core.contracts.errors import ConfigError
from moe_core.contracts.wire import JsonObject


@click.command()
@json_option
@pass_session
def doctor(session: Session, is_json: bool) -> int:
    """Look whether a run would work, and what to type where not.

    Looks at settings, plugins, workspace, index, optional packages, model servers, their models and every agent: one
    line for each finding, with what to type where something can be mended. Each model is asked one short question, for
    what it can do. Exits with 0 when a run would work as
    configured, with 1 when something that is configured is broken.

    \b
    Example:
      moe doctor
    """
    described: JsonObject = {}
    try:
        app = session.app
    except ConfigError as error:
        remedy = error.hint or "`moe config show` tells who set what"
        findings = [Finding(topic="config", state="wrong", name="", text=error.message, remedy=remedy)]
    else:
        report = run_async(app.models.examine)
        agents = judge_agents(report)
        measured = run_async(partial(app.models.measure, report))
        findings = [*find_project_findings(app), *find_model_findings(app, report, agents, measured)]
        described = {**_describe(report, agents), "measured": measured}
    is_well = not any(finding.state == "wrong" for finding in findings)
    if is_json:
        session.show_json({"ok": is_well, "findings": findings, **described})
    else:
        show_findings(session.screen, findings)
    return EXIT_DONE if is_well else EXIT_FAILED


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
