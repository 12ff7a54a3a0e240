"""`moe serve`: the server for browsers and other programs."""

from functools import partial
from pkgutil import resolve_name

import click

from moe.cli.outcome import tell
from moe.cli.served_reloads import follow_apps
from moe.cli.session import Session, pass_session
from moe.reloading import AppReloader
from moe_core.contracts.errors import RequestError

_PACKAGES = ("fastapi", "uvicorn", "starlette")


@click.command()
@click.option("--host", metavar="ADDRESS", help="Address that is listened on, in place of server.host.")
@click.option("--port", metavar="N", type=click.IntRange(0, 65_535), help="Port, in place of server.port.")
@click.option("--workers", metavar="N", type=click.IntRange(1, 256), help="Processes that do runs.")
@click.option("--root-path", metavar="PATH", help="Path below which a proxy offers the server, such as /moe.")
@click.option("--certificate", metavar="FILE", help="Serve over https, with this PEM certificate.")
@click.option("--certificate-key", metavar="FILE", help="Its key, where that is in another file.")
@click.option("--reload", "is_reloading", is_flag=True, help="Take in plugins, modelfiles and settings as they change.")
@click.option("--insecure", "is_insecure", is_flag=True, help="Let everybody in, without a key.")
@pass_session
def serve(
    session: Session,
    host: str | None,
    port: int | None,
    workers: int | None,
    root_path: str | None,
    certificate: str | None,
    certificate_key: str | None,
    is_reloading: bool,
    is_insecure: bool,
) -> None:
    """Serve answers over HTTP, until Ctrl-C or SIGTERM.

    A browser finds a page at the address that is printed; other programs find the API there.

    Without a key of `moe keys` everybody on this machine may ask; as soon as there is one, keys are demanded. An
    address that other machines can reach needs keys, or --insecure. With --reload, runs that begin after a plugin, a
    modelfile or a setting has changed have what is there then; what runs meanwhile goes on as it began.

    \b
    Examples:
      moe serve
      moe serve --port 7001 --workers 4
      moe serve --host 0.0.0.0 --certificate server.pem --certificate-key server.key
    """
    try:
        begin = resolve_name("moe.server.serving:serve")
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in _PACKAGES:
            raise
        raise RequestError(
            f"the package {error.name}, which the server needs, is not installed", hint="pip install 'moe-core[server]'"
        ) from error
    app = session.app
    reloader = AppReloader(partial(session.open_app, app.project)) if is_reloading else None
    said = {
        "host": host,
        "port": port,
        "workers": workers,
        "root_path": root_path,
        "certificate": certificate,
        "certificate_key": certificate_key,
    }
    said = {key: value for key, value in said.items() if value is not None}
    settings = resolve_name("moe.server.serving:choose_settings")(app.config.server, said)
    given = session.globals
    project = resolve_name("moe.server.pool.messages:WorkerProject")(
        project=str(app.project),
        overrides=dict(given.overrides),
        with_project=given.with_project,
        plugin_choice=given.plugin_choice,
    )
    later = follow_apps(reloader) if reloader else ()
    begin(reloader.app if reloader else app, project, settings, tell, is_insecure=is_insecure, later_apps=later)
