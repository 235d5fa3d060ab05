"""Print the policies that come with captionkit, with their sources."""

from __future__ import annotations

import click

from captionkit.cli.show import telling


@telling()
def tell_policies() -> None:
    """Print each policy: what the newsroom says about every kind of edit, with source, date and address."""
    from captionkit.match.policy.load import load_policy, policy_names
    from captionkit.model import POLICY_KINDS, policy_source

    for name in policy_names():
        policy = load_policy(name)
        click.echo(f"{name}: {policy.title} (sources looked up on {policy.checked})")
        for kind, what in POLICY_KINDS.items():
            cell = policy.cell(kind)
            marked = f"; {cell.with_ellipsis} at an ellipsis" if cell.with_ellipsis else ""
            click.echo(f"  {kind} = {cell.state}{marked}    {what}")
            for line in filter(None, (cell.says, policy_source(cell), cell.url)):
                click.echo(f"      {line}")
        click.echo()
