"""What can be done from a terminal; one file a noun."""

from __future__ import annotations

import typer

from curbside.commands import administration, backup, move, serving

application = typer.Typer(
    name="curbside",
    help="A help button inside cloud EHRs, and the support centre behind it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
serving.add_to(application)
administration.add_to(application)
backup.add_to(application)
move.add_to(application)

__all__ = ["application"]
