"""`captionkit`: the group of commands, and how errors become messages and exit codes."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path

import click

from captionkit import __version__
from captionkit.cli.printing import visible
from captionkit.errors import EXIT_FAULT, EXIT_INPUT, EXIT_INTERRUPTED, CaptionkitError

COMMANDS = ("run", "batch", "diff", "check", "convert", "review", "search", "models")
"""The commands, each in a module of this package of the same name.

To add a command:

1. Write a module here with a click command named as the module; it returns an exit code of `errors.py`, or None.
2. Import what is heavy inside its function, so that `--help` stays fast.
3. Enter it here.
4. Run `make docs`, which updates docs/cli.md, and test it in tests/cli/.
"""


class _Commands(click.Group):
    """Loads the module of a command only when it is needed, so that `--help` is fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"captionkit.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="captionkit")
def cli() -> None:
    """Captions, transcript and quote check for a news clip and the article published with it."""


def main() -> None:
    """Run the command line; end with an exit code of docs/files.md."""
    _open_output()
    sys.exit(_exit_code())


def _open_output() -> None:
    """Make sure that standard output and error are open, and that every character can be printed."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _exit_code() -> int:
    try:
        return int(cli.main(prog_name="captionkit", standalone_mode=False) or 0)
    except click.exceptions.Exit as done:
        return done.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("captionkit: interrupted; no file is half written.", err=True)
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except CaptionkitError as error:
        click.echo(f"captionkit: {visible(str(error))}", err=True)
        return error.exit_code
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        reason = f"{where}{error.strerror or error}"
        click.echo(f"captionkit: {visible(reason)}. Check the disk and its permissions.", err=True)
        return EXIT_INPUT
    except Exception as error:
        if os.environ.get("CAPTIONKIT_TRACEBACK"):
            raise
        click.echo(
            f"captionkit: an internal error of captionkit ({type(error).__name__}: {visible(str(error))}). "
            "Please report it, with the output of CAPTIONKIT_TRACEBACK=1.",
            err=True,
        )
        return EXIT_FAULT


if __name__ == "__main__":
    main()
