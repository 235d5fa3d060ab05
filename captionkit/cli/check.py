"""`captionkit check`: check caption files against a style."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from captionkit.cli.options import ANY_PATH, SHARED
from captionkit.cli.printing import printing, visible
from captionkit.errors import EXIT_DONE, EXIT_FOUND, EXIT_INPUT

if TYPE_CHECKING:
    from captionkit.captions import Style
    from captionkit.model import Check
    from captionkit.pipeline.check import CheckedFile


@click.command()
@click.argument("captions", nargs=-1, type=ANY_PATH)
@SHARED["style"]
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the findings.",
)
@click.option(
    "--media",
    type=ANY_PATH,
    metavar="CLIP",
    help="The clip, to find captions that are missing, out of sync or after its end as well.",
)
@click.option("--list-styles", is_flag=True, help="Print the numbers of every style with their sources.")
def check(captions: tuple[Path, ...], style: str, form: str, media: Path | None, list_styles: bool) -> int:
    """Check CAPTIONS, any .vtt, .srt or .ttml files, against a style and their format.

    The exit code is 1 if an error was found, 3 if a file could not be read; the others are still checked. Warnings can
    be unavoidable in fast speech. Without --media no model is loaded.
    """
    from captionkit.captions import load_style, style_names
    from captionkit.pipeline.check import against_clip, check_files

    if list_styles:
        names = list(dict.fromkeys((*style_names(), style)))
        _print_styles([load_style(name) for name in names], form)
        return EXIT_DONE
    if not captions:
        raise click.UsageError("Give one or more caption files, or --list-styles.")
    against = against_clip(load_style(style), media)
    return _print(check_files(captions, against), against.style.name, form)


def _print(files: Iterable[CheckedFile], style: str, form: str) -> int:
    """Print what was found, file by file; return the exit code."""
    checked: list[CheckedFile] = []
    with printing():
        for file in files:
            checked.append(file)
            if file.unread:
                click.echo(f"captionkit: {visible(file.unread)}", err=True)
            if form == "text" and not file.unread:
                click.echo("\n".join(_lines(file)))
        if form == "json":
            click.echo(json.dumps(_as_json(checked, style), ensure_ascii=False, indent=2))
    if any(file.unread for file in checked):
        return EXIT_INPUT
    return EXIT_FOUND if any(file.count("error") for file in checked) else EXIT_DONE


def _lines(file: CheckedFile) -> Iterator[str]:
    """The findings of a file, a line each: place, level, message and rule; then how many."""
    for found in file.checks:
        yield visible(f"{file.path}:{_place(found)} {found.level}: {found.message} [{found.rule}]")
    errors, warnings = _counted(file.count("error"), "error"), _counted(file.count("warning"), "warning")
    yield visible(f"{file.path}: {errors}, {warnings} in {_counted(file.cues, 'cue')}")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _place(found: Check) -> str:
    from captionkit.timecode import timestamp

    line = f"{found.line}:{found.column}:" if found.line else ""
    cue = f" cue {found.cue}" if found.cue else ""
    known = found.start_ms is not None and found.start_ms >= 0
    return f"{line}{cue}{f' at {timestamp(found.start_ms or 0)},' if known else ''}"


def _as_json(files: list[CheckedFile], style: str) -> dict[str, Any]:
    return {
        "style": style,
        "files": [
            {
                "file": str(file.path),
                "cues": file.cues,
                "errors": file.count("error"),
                "warnings": file.count("warning"),
                "unread": file.unread,
            }
            for file in files
        ],
        "findings": [_finding(file, found) for file in files for found in file.checks],
    }


def _finding(file: CheckedFile, found: Check) -> dict[str, Any]:
    fields = ("rule", "level", "cue", "start_ms", "line", "column", "message")
    return {"file": str(file.path)} | {field: getattr(found, field) for field in fields}


@printing()
def _print_styles(styles: list[Style], form: str) -> None:
    if form == "json":
        listed = [{"name": s.name, "title": s.title, "numbers": _numbers(s)} for s in styles]
        click.echo(json.dumps({"styles": listed}, ensure_ascii=False, indent=2))
        return
    for style in styles:
        click.echo(f"{style.name}: {style.title}")
        for key, number in _numbers(style).items():
            click.echo(f"  {key} = {json.dumps(number['value'], ensure_ascii=False)}")
            click.echo(f"      {number['source']}")
        click.echo()


def _numbers(style: Style) -> dict[str, dict[str, Any]]:
    return {key: {"value": getattr(style, key), "source": source} for key, source in style.sources}
