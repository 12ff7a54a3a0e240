"""`moe doctor`: what is there, what is missing, and what to type."""

from functools import partial

import click

from moe.cli.exit_codes import EXIT_DONE, EXIT_FAILED
from moe.cli.findings.finding import Finding
from moe.cli.findings.models import ModelReport, examine_models, find_model_findings
from moe.cli.findings.project import find_project_findings
from moe.cli.options import json_option
from moe.cli.render.findings import show_findings
from moe.cli.request import run_async
from moe.cli.session import Session, pass_session
from moe.contracts.providers import ServerFacts
from moe_core.contracts.errors import ConfigError
from moe_core.contracts.wire import JsonObject, to_wire


@click.command()
@json_option
@pass_session
def doctor(session: Session, is_json: bool) -> int:
    """Look whether a run would work, and what to type where not.

    Looks at settings, plugins, workspace, index, optional packages, model servers, their models and every agent: one
    line for each finding, with what to type where something can be mended. Exits with 0 when a run would work as
    configured, with 1 when something that is configured is broken.

    \b
    Example:
      moe doctor
    """
    report: ModelReport | None = None
    try:
        app = session.app
    except ConfigError as error:
        remedy = error.hint or "`moe config show` tells who set what"
        findings = [Finding(topic="config", state="wrong", name="", text=error.message, remedy=remedy)]
    else:
        report = run_async(partial(examine_models, app))
        findings = [*find_project_findings(app), *find_model_findings(app, report)]
    is_well = not any(finding.state == "wrong" for finding in findings)
    if is_json:
        session.show_json({"ok": is_well, "findings": findings, **(_describe(report) if report else {})})
    else:
        show_findings(session.screen, findings)
    return EXIT_DONE if is_well else EXIT_FAILED


def _describe(report: ModelReport) -> JsonObject:
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
            "role": one.agent.role,
            "name": one.agent.name,
            "base": one.agent.base,
            "source": one.source,
            "state": one.state,
            "served": to_wire(one.served) if one.served is not None else None,
            "remedy": one.remedy,
        }
        for one in report.agents
    ]
    return {"choice": report.choice, "servers": servers, "agents": agents}
