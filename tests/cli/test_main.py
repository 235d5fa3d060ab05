"""What every command does with its call, its errors and its output."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import click
import pytest

from captionkit import __version__
from captionkit.cli import main
from captionkit.errors import NoSpeechError, UsageError

HEAVY = {"numpy", "av", "faster_whisper", "ctranslate2", "jinja2", "trafilatura", "rich", "lxml", "huggingface_hub"}


def commands(command: click.Command, path: str = "captionkit") -> Iterator[tuple[str, click.Command]]:
    """The command and every one under it, each with its whole name."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None, name
            yield from commands(child, f"{path} {name}")


ALL = dict(commands(main.cli))


@pytest.mark.parametrize("name", ALL)
def test_help_says_what_everything_is_for(name: str) -> None:
    """The user would have to guess what a command or an option does."""
    command = ALL[name]
    assert command.help and command.help.strip().endswith(".")
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help and parameter.help.endswith("."), f"{name} {parameter.opts}"


@pytest.mark.parametrize("name", ALL)
def test_help_is_for_every_command(call, name: str) -> None:
    """`captionkit run --help` would end with an error."""
    called = call(*name.split()[1:], "--help")
    assert called.code == 0
    assert called.out.startswith(f"Usage: {name} ")
    assert call(*name.split()[1:], "-h").out == called.out


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], *([n.split()[1], "--help"] for n in ALL if " " in n)])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    """`captionkit --help` would take seconds."""
    done = run_python(
        f"import sys; sys.argv = ['captionkit', *{arguments!r}]\n"
        "from captionkit.cli.main import _exit_code\n"
        "code = _exit_code()\n"
        f"print(code, sorted({HEAVY!r} & set(sys.modules)))"
    )
    assert done.stdout.splitlines()[-1] == "0 []", done.stderr


def test_the_version_is_the_packages(call) -> None:
    """A report of a fault would name the wrong version."""
    assert call("--version").out == f"captionkit, version {__version__}\n"


def test_the_console_script_is_this_one() -> None:
    """`captionkit` would not be found after the installation."""
    (script,) = [e for e in entry_points(group="console_scripts") if e.name == "captionkit"]
    assert script.value == "captionkit.cli.main:main"


@pytest.mark.parametrize("arguments", [["nonsense"], ["run"], ["run", "a", "b"], ["--nope"], ["diff", "a.vtt"]])
def test_a_wrong_call_ends_with_2(call, arguments: list[str]) -> None:
    """A script could not tell a slip of the keyboard from a damaged clip."""
    called = call(*arguments)
    assert called.code == 2
    assert called.err.startswith("Usage: captionkit") and "Error: " in called.err
    assert called.out == ""


def test_without_a_command_there_is_help(call) -> None:
    """A newcomer's first call would say nothing."""
    called = call()
    assert "Commands:" in called.out + called.err
    assert called.code in (0, 2)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch):
    """Let `captionkit run` raise an error."""

    def fail(error: BaseException) -> None:
        def run(context: click.Context) -> None:
            raise error

        monkeypatch.setattr(ALL["captionkit run"], "invoke", run)

    return fail


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (UsageError("There is no style 'x'."), 2, "captionkit: There is no style 'x'.\n"),
        (NoSpeechError("a.mp4", "nobody speaks", "Listen."), 3, "captionkit: a.mp4: nobody speaks. Listen.\n"),
        (KeyboardInterrupt(), 130, "captionkit: interrupted; no file is half written.\n"),
        (click.Abort(), 130, "captionkit: interrupted; no file is half written.\n"),
        (
            OSError(28, "No space left on device", "/x/y"),
            3,
            "captionkit: /x/y: No space left on device. Check the disk and its permissions.\n",
        ),
    ],
)
def test_an_error_is_a_sentence_and_a_code(call, failing, error: BaseException, code: int, sentence: str) -> None:
    """The person would see a traceback, and a script could not tell what happened."""
    failing(error)
    called = call("run", "a.mp4")
    assert (called.code, called.out) == (code, "")
    assert called.err.lstrip("\n") == sentence


def test_a_fault_of_our_own_asks_to_be_reported(call, failing, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person would see a traceback, or nobody could find out what went wrong."""
    failing(ZeroDivisionError("division by zero"))
    called = call("run", "a.mp4")
    assert called.code == 70
    assert "an internal error of captionkit (ZeroDivisionError: division by zero)" in called.err
    assert "Traceback" not in called.err
    monkeypatch.setenv("CAPTIONKIT_TRACEBACK", "1")
    monkeypatch.setattr(sys, "argv", ["captionkit", "run", "a.mp4"])
    with pytest.raises(ZeroDivisionError):
        main.main()


def test_a_name_cannot_steer_the_terminal(call) -> None:
    """A clip from outside, by its name alone, could clear the screen or retitle the window."""
    called = call("run", "\x1b[2J\x07\x9bevil.mp4")
    assert called.code == 3
    assert called.err == (
        "captionkit: \ufffd[2J\ufffd\ufffdevil.mp4: there is no such file. Check the name and the folder.\n"
    )


@pytest.fixture
def story(tmp_path: Path) -> list[str]:
    """A transcript and an article whose quote was altered."""
    (tmp_path / "a.srt").write_text("1\n00:00:01,000 --> 00:00:03,000\nWe will not cut the night service.\n")
    page = 'The bus\n\n"We will cut the night service," said Mayor Ines Okafor on the last evening of the year.\n'
    (tmp_path / "a.txt").write_text(page)
    return ["diff", str(tmp_path / "a.srt"), str(tmp_path / "a.txt"), "--fail-on", "altered"]


def shell(line: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A line of bash in which `captionkit` is this one, and `"$@"` the arguments."""
    head = f'captionkit() {{ "{sys.executable}" -m captionkit.cli.main "$@"; }}\n'
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        ["bash", "-c", head + line, "bash", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
    )


@pytest.mark.parametrize("form", ["", " --json"])
def test_a_reader_that_goes_away_changes_no_exit_code(story: list[str], form: str) -> None:
    """`captionkit diff … --fail-on altered | head` would let an altered quote pass, or say it was interrupted."""
    done = shell(f'captionkit "$@"{form} | true; echo "${{PIPESTATUS[0]}}"', *story)
    assert (done.stdout, done.stderr) == ("1\n", "")


def test_output_that_is_closed_stops_nothing(story: list[str]) -> None:
    """A job without a terminal, as cron and services run it, would end with a fault."""
    done = shell('code=$(captionkit "$@" >&- 2>&-; echo $?); echo "$code"', *story)
    assert done.stdout == "1\n"


def test_output_without_these_letters_stops_nothing(story: list[str]) -> None:
    """On a terminal that knows ASCII alone the result could not be shown."""
    done = shell('PYTHONIOENCODING=ascii captionkit "$@"', *story)
    assert done.returncode == 1
    assert "altered" in done.stdout and "\\u201c" in done.stdout


def test_a_full_disk_is_a_sentence(story: list[str]) -> None:
    """The person would be asked to report a fault that is their disk's."""
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    done = shell('captionkit "$@" --json >/dev/full', *story)
    assert done.returncode == 3
    assert done.stderr == "captionkit: No space left on device. Check the disk and its permissions.\n"
