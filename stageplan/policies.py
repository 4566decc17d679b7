"""The option that prints which permissions a command needs in an AWS account, instead of running it."""

from __future__ import annotations

import sys
from typing import Any

import typer

__all__ = ["policy_option"]


def policy_option(command: str) -> Any:
    """A `--policy` option, for `Annotated[bool, ...]`: it prints a command's IAM policy, whatever else is missing."""

    def show(wanted: bool) -> None:
        if wanted:
            from account.permissions import policy_text

            sys.stdout.write(policy_text(command))
            raise typer.Exit

    return typer.Option("--policy", is_eager=True, callback=show, help="Print the IAM policy it needs, and stop.")
