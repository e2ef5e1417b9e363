"""`macha snapshot`: what hosts answered, raw, as it was kept: look at it, compare it, take it elsewhere."""

import gzip
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.options import Config, Json, application
from cli.output import say, say_json, say_styled, say_table, say_wrapped
from tools.errors import MachaError
from tools.state_folder import state_folder

if TYPE_CHECKING:
    from tools.probes.recording import Recording
    from tools.probes.script import Section

MOST_LISTED = 50
app = application("What hosts answered, as it was kept.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name that `list` shows, or how it begins.")]


@app.command("list")
def list_(
    host: Annotated[str | None, typer.Option("--host", metavar="NAME", help="Only of this host.")] = None,
    every: Annotated[bool, typer.Option("--all", help=f"Not only the newest {MOST_LISTED}.")] = False,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """The snapshots that are kept, newest first."""
    from tools.store.snapshot_list import listed

    found = listed(state_folder(config), host, None if every else MOST_LISTED)
    if as_json:
        say_json(found)
    elif not found:
        say("No snapshot is kept.")
    else:
        lines: list[tuple[str, ...]] = [
            (one["name"], one["taken_at"][:19] + "Z", f"{one['bytes'] / 1024:.1f} KiB", one["host"]) for one in found
        ]
        say_table(lines, ("name", "taken at", "size", "host"))
        if len(found) == MOST_LISTED and not every:
            say("\nThere may be more: --all shows them.")


@app.command()
def show(
    name: Name,
    probe: Annotated[
        str | None, typer.Argument(metavar="[PROBE]", help="Only what this probe's command printed.")
    ] = None,
    as_json: Json = False,
    config: Config = None,
) -> None:
    """What the host printed, section by section; nothing in it can act on the terminal."""
    from tools.safe_text import decode

    recording = _load(name, config)
    if probe is not None and probe not in recording.sections:
        raise MachaError(f"snapshot {name} has no {probe}; it has {', '.join(sorted(recording.sections))}")
    sections = {probe: recording.sections[probe]} if probe is not None else recording.sections
    if as_json:
        said = {key: {"exit_status": of.exit_status, "text": decode(of.output)} for key, of in sections.items()}
        say_json({"host": recording.host, "taken_at": f"{recording.taken_at:%Y-%m-%dT%H:%M:%SZ}", "sections": said})
        return
    if probe is None:
        say_styled("bold", recording.host, f" at {recording.taken_at:%Y-%m-%d %H:%M:%S} UTC")
    for key, section in sections.items():
        if probe is None:
            say()
            say_styled("bold", key, f" ({_status(section)}, {len(section.output)} bytes)")
        say(decode(section.output).rstrip("\n"))


@app.command()
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="The earlier one.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The later one.")],
    as_json: Json = False,
    config: Config = None,
) -> None:
    """What changed between two of them: first in words, then the lines of every section."""
    from tools.history.changes import COMPARED, changes
    from tools.history.snapshot_diff import section_diffs
    from tools.probes.collection import observe

    old, new = _load(before, config), _load(after, config)
    words = [change.words for change in changes(observe(old, COMPARED), observe(new, COMPARED))]
    if as_json:
        say_json({"changes": words, "sections": dict(section_diffs(old, new))})
        return
    if old.host != new.host:
        say_styled("warning", f"Two hosts: {old.host} and {new.host}.")
    say_styled("bold", "Changed" if words else "Nothing that Macha compares has changed.")
    for line in words:
        say_wrapped(line, "      ", "  ")
    for name, lines in section_diffs(old, new):
        say()
        say_styled("bold", name)
        for line in lines:
            say(f"  {line}")


@app.command()
def export(
    name: Name,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Must not exist; compressed where it ends in .gz.")],
    config: Config = None,
) -> None:
    """Write it to a file that `macha check --snapshot FILE` judges, here or elsewhere."""
    content = _load(name, config).to_json().encode()
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(gzip.compress(content, mtime=0) if file.suffix == ".gz" else content)
    except FileExistsError:
        raise MachaError(f"{file}: there is such a file already; choose another name") from None
    except OSError as error:
        raise MachaError(f"{file}: cannot be written: {error.strerror}") from None
    say(
        f"{file} is written. Known forms of secrets were taken out when it was collected; "
        "names and addresses are in it."
    )


def _load(name: str, config: Path | None) -> "Recording":
    from tools.store.snapshots import Snapshots

    snapshots = Snapshots(state_folder(config) / "snapshots")
    return snapshots.load(snapshots.named(name))


def _status(section: "Section") -> str:
    return "cut off" if section.exit_status is None else f"exit status {section.exit_status}"
