"""`captionkit search`: find where something is said in a library of clips."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from captionkit.cli.options import ANY_PATH
from captionkit.cli.printing import VERDICT_STYLE, printing, visible
from captionkit.errors import EXIT_DONE, EXIT_INPUT, UsageError
from captionkit.timecode import clock

if TYPE_CHECKING:
    from captionkit.library.search import ClipPlace, Hit, QuotationHit

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("out", type=ANY_PATH)
@click.argument("words", nargs=-1)
@click.option("--quote", metavar="TEXT", help="Find the clips in which a quotation is said, by the quote check.")
@click.option("--speaker", default="", metavar="NAME", help="Only what this speaker says; part of the name is enough.")
@click.option("--since", type=_DAY, metavar="DAY", help="Only clips published on this day (2026-11-20) or later.")
@click.option("--until", type=_DAY, metavar="DAY", help="Only clips published on this day or earlier.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many to print at most.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def search(
    out: Path,
    words: tuple[str, ...],
    quote: str | None,
    speaker: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    as_json: bool,
) -> int:
    """Find WORDS in the transcripts of OUT, a folder of `captionkit run` or `batch`.

    All words have to be in one passage; "several words" in quotation marks are a phrase, pref* is a word prefix. Case
    and accents are ignored. What was captioned last comes first. The day of a clip is that of its article, else the day
    when it was captioned. Ends with exit code 3 if a record could not be read; the others are still searched.
    """
    from captionkit.library.index import open_index
    from captionkit.library.search import SearchOptions, find_quotation
    from captionkit.library.search import search as find

    if bool(words) == (quote is not None):
        raise UsageError("Give words to search for, or a quotation with --quote.")
    if quote is not None and (speaker or since or until):
        raise UsageError("--speaker, --since and --until go with words, not with --quote.")
    with open_index(out) as index:
        for left in index.unread:
            click.echo(f"captionkit: {visible(f'{out / left.path}: {left.reason}')}. It was not searched.", err=True)
        if quote is not None:
            _print_quotations(out, find_quotation(index, quote, limit), as_json)
        else:
            options = SearchOptions(speaker, _iso(since), _iso(until), limit)
            _print_hits(out, find(index, " ".join(map(_as_phrase, words)), options), as_json)
        return EXIT_INPUT if index.unread else EXIT_DONE


def _as_phrase(argument: str) -> str:
    """Several words in one argument are a phrase: the shell has removed their quotation marks."""
    if len(argument.split()) < 2 or '"' in argument:
        return argument
    return f'"{argument.removesuffix("*")}"{"*" if argument.endswith("*") else ""}'


def _iso(day: datetime | None) -> str:
    return day.date().isoformat() if day else ""


@printing()
def _print_hits(out: Path, hits: tuple[Hit, ...], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"hits": [_hit(hit) for hit in hits]}, ensure_ascii=False, indent=2))
        return
    for hit in hits:
        said = " ".join(f"[{word}]" if found else word for word, found in hit.words)
        click.echo(visible(f"{_head(hit.place)}{f'  {hit.speaker}' if hit.speaker else ''}\n    {said}"))
        _print_page(out, hit.place)
    if not hits:
        click.echo("No matches.")


@printing()
def _print_quotations(out: Path, quoted: tuple[QuotationHit, ...], as_json: bool) -> None:
    from captionkit.record import quote_to_dict

    if as_json:
        listed = [{**asdict(q.place), "quote": quote_to_dict(q.finding)} for q in quoted]
        click.echo(json.dumps({"quoted": listed}, ensure_ascii=False, indent=2))
        return
    for q in quoted:
        heard = " … ".join(part.heard for part in q.finding.parts)
        symbol = VERDICT_STYLE[q.finding.verdict][0]
        click.echo(visible(f"{symbol} {q.finding.verdict}  {_head(q.place)}\n    {heard}"))
        _print_page(out, q.place)
    if not quoted:
        click.echo("The quotation was not found in these clips. It may have been said elsewhere.")


def _hit(hit: Hit) -> dict[str, Any]:
    words = [{"text": word, "hit": found} for word, found in hit.words]
    return {**asdict(hit.place), "speaker": hit.speaker, "words": words}


def _head(place: ClipPlace) -> str:
    return f"{place.record.rpartition('/')[0]}/{place.clip}  {clock(place.start_ms)}".removeprefix("/")


def _print_page(out: Path, place: ClipPlace) -> None:
    if place.page:
        click.echo(f"    {out.absolute().as_uri()}/{place.page}")
