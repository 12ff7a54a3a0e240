"""`moe doctor`: what is there, what is missing, and what to type."""

from functools import partial

import click

from moe.cli.async_work import run_async
from moe.cli.exit_codes import EXIT_DONE, EXIT_FAILED
from moe.cli.options import json_option
from moe.cli.render.findings import show_findings
from moe.cli.session import Session, pass_session
from moe.diagnosis.examination import Diagnosis, examine
from moe.diagnosis.finding import Finding
from moe_core.contracts.errors import ConfigError


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
    try:
        app = session.app
    except ConfigError as error:
        remedy = error.hint or "mend it where it stands: the file and line are named before it"
        findings = [Finding(topic="config", state="wrong", name="", text=error.message, remedy=remedy)]
        found = Diagnosis(ok=False, findings=findings)
    else:
        found = run_async(partial(examine, app, is_measured=True))
    if is_json:
        session.show_json(found.describe())
    else:
        show_findings(session.screen, found.findings)
    return EXIT_DONE if found.ok else EXIT_FAILED
