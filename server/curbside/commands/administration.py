"""`tenant create`, `admin create`, `issuer add`, `origin add`, `doctor`: what comes before anybody can log in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import text

from curbside.actions.passwords import Passwords
from curbside.actions.tenant import Tenants
from curbside.commands.opening import Opened, fail, run, settings, with_root_key
from curbside.domain.entries import AgentEntry, IssuerEntry, PartnerEntry, TeamEntry, TenantEntry, read
from curbside.domain.errors import Refused
from curbside.store.scope import NO_TENANT

TenantOption = Annotated[str, typer.Option("--tenant", help="The tenant's id.")]


def add_to(application: typer.Typer) -> None:
    """Add what sets up tenants, administrators and who signs for contacts."""
    for name, help_text, command_name, command in (
        ("tenant", "EHR vendors.", "create", create_tenant),
        ("admin", "People who may change settings.", "create", create_administrator),
        ("issuer", "Who signs for contacts.", "add", add_issuer),
        ("origin", "Pages that may show the panel.", "add", add_origin),
    ):
        group = typer.Typer(help=help_text, no_args_is_help=True)
        group.callback()(_nothing)
        group.command(command_name)(command)
        application.add_typer(group, name=name)
    application.command()(doctor)


def create_tenant(
    id: Annotated[str, typer.Argument(help="Short name, as it stands in the snippet: northwind.")],
    name: Annotated[str, typer.Option(help="Name that contacts read.")],
) -> None:
    """Add a tenant, with an in-house employer and a first team."""

    async def work(opened: Opened) -> None:
        tenants = Tenants(opened.installation, opened.directory)
        await tenants.add(read(TenantEntry, {"id": id, "name": name}))
        partner = await tenants.put_partner(id, None, PartnerEntry(name, in_house=True))
        await tenants.put_team(id, None, TeamEntry("Support", 1, partner))

    run(work)
    typer.echo(
        f"Tenant {id} is there. Next: curbside admin create --tenant {id} --email you@example.org --name 'Your Name'"
    )


def create_administrator(
    tenant: TenantOption,
    email: Annotated[str, typer.Option(help="Address to log in with.")],
    name: Annotated[str, typer.Option(help="Name that contacts and colleagues read.")],
    country: Annotated[str, typer.Option(help="Country of work, two letters.")] = "US",
) -> None:
    """Add an administrator and print a link, good for once, to set a password with."""

    async def work(opened: Opened) -> str:
        if not opened.directory.knows(tenant):
            raise Refused("not_found", f"There is no tenant {tenant}. Make it: curbside tenant create {tenant}")
        in_house = [each.id for each in opened.directory.partners(tenant).values() if each.in_house]
        if not in_house:
            raise Refused("not_found", f"{tenant} has no in-house employer: administrators work for one.")
        teams = [each.id for each in opened.directory.teams(tenant)]
        values = {"email": email, "name": name, "country": country, "partner": in_house[0], "teams": teams}
        entry = read(AgentEntry, {**values, "level": 4, "role": "admin"})
        agent = await Tenants(opened.installation, opened.directory).put_agent(tenant, None, entry)
        return await Passwords(opened.installation).link(tenant, agent)

    code = run(work)
    typer.echo("Open this once, within 48 hours, to set a password:")
    typer.echo(f"{settings().desk_origin}/desk/password?code={code}")


def add_issuer(
    tenant: TenantOption,
    iss: Annotated[str, typer.Option(help="The `iss` of its tokens.")],
    alg: Annotated[str, typer.Option(help="HS256, RS256 or ES256; no other is accepted then.")] = "ES256",
    aud: Annotated[str, typer.Option(help="The `aud` of its tokens.")] = "curbside",
    jwks_url: Annotated[str | None, typer.Option(help="Where its public keys are published.")] = None,
    pem: Annotated[Path | None, typer.Option(help="A file with its public keys.")] = None,
) -> None:
    """Let an EHR's backend sign for the tenant's contacts. For HS256 the secret is made, and shown once."""
    pasted = pem.read_text() if pem is not None else None
    values = {"iss": iss, "aud": aud, "alg": alg, "jwks_url": jwks_url, "pem": pasted}

    async def work(opened: Opened) -> str | None:
        entry = read(IssuerEntry, values)
        return await Tenants(opened.installation, opened.directory).put_issuer(tenant, entry)

    secret = run(work)
    typer.echo(f"{iss} may sign for contacts of {tenant}.")
    if secret is not None:
        typer.echo("Its secret, which is not shown again:")
        typer.echo(secret)


def add_origin(tenant: TenantOption, origin: Annotated[str, typer.Argument(help="https://ehr.example")]) -> None:
    """Let pages of a web origin show the panel."""

    async def work(opened: Opened) -> str:
        return await Tenants(opened.installation, opened.directory).add_origin(tenant, origin)

    typer.echo(f"{run(work)} may show the panel.")


def doctor() -> None:
    """Look at settings, database and built files, and say what is not right."""
    wanted = settings()
    problems = with_root_key(wanted).problems()
    built = Path(__file__).parent.parent / "static" / "built" / "manifest.json"
    if not built.exists():
        problems.append("The browser code has not been built: make build.")

    async def work(opened: Opened) -> int:
        await opened.installation.db.write(
            NO_TENANT, lambda transaction: transaction.connection.execute(text("SELECT 1")).scalar()
        )
        return len(opened.directory.tenants())

    try:
        typer.echo(f"Database: reads and writes, {run(work)} tenants.")
    except typer.Exit:
        problems.append("The database could not be opened; see above.")
    for each in problems:
        typer.echo(f"  - {each}")
    if problems:
        fail(f"{len(problems)} to mend.")
    typer.echo("Nothing to mend.")


def _nothing() -> None:
    """Keep a group a group, though it has one command."""
