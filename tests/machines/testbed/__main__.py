"""The testbed for people: `python -m tests.machines.testbed --help`."""

import argparse
import subprocess
import sys

from tests.machines.testbed.bench import bench
from tests.machines.testbed.catalogue import Fault, index, mistakes
from tests.machines.testbed.hostdir import collect_garbage, enter
from tests.machines.testbed.image import CACHE, build_base
from tests.machines.testbed.lab import Lab
from tests.machines.testbed.proving import prove


def main() -> int:
    """Run one command; the exit code says whether everything was as it should be."""
    parser = argparse.ArgumentParser(prog="python -m tests.machines.testbed", description="Throw-away machines.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("build", help="make the base image and print where it is")
    commands.add_parser("gc", help="remove what crashed runs left behind")
    commands.add_parser("shell", help="a host to look around in; gone when you leave")
    commands.add_parser("bench", help="what hosts cost").add_argument(
        "counts", metavar="N", type=int, nargs="*", default=[1, 4, 8, 16], help="hosts at once"
    )
    for name, help in (
        ("list", "names and titles of the faults"),
        ("check", "find mistakes in the ground truth"),
        ("index", "write FOLDER/INDEX.md"),
    ):
        commands.add_parser(name, help=help).add_argument("folder", nargs="?", default="public")
    prover = commands.add_parser("prove", help="break, show, repair wrongly, heal and verify, each on a fresh host")
    prover.add_argument("folder", nargs="?", default="public")
    prover.add_argument("names", metavar="FAULT", nargs="*", help="all of the folder if none is named")
    arguments = parser.parse_args()

    match arguments.command:
        case "build":
            print(build_base())
        case "gc":
            print("removed:", ", ".join(collect_garbage(CACHE)) or "nothing")
        case "shell":
            shell()
        case "bench":
            for count in arguments.counts:
                print(bench(count), flush=True)
        case "list":
            for fault in Fault.all(arguments.folder):
                print(f"{fault.name:24} {fault.truth['autonomy']:15} {fault.truth['title']}")
        case "check":
            wrong = {fault.name: found for fault in Fault.all(arguments.folder) if (found := mistakes(fault))}
            print(wrong or "all ok")
            return bool(wrong)
        case "index":
            faults = Fault.all(arguments.folder)
            title = f"# {len(faults)} faults ({faults[0].folder.name})\n\n"
            (faults[0].folder / "INDEX.md").write_text(title + index(faults))
        case "prove":
            return prove_all(arguments.folder, arguments.names)
    return 0


def shell() -> None:
    """A root shell on a new host."""
    with Lab() as lab:
        (host,) = lab.hosts(1)
        if inside := enter(host.directory):
            subprocess.run([*inside, "/bin/bash", "-l"])


def prove_all(folder: str, names: list[str]) -> int:
    """Prove the faults one after the other; returns how many failed."""
    failed = 0
    with Lab() as lab:
        for fault in [Fault.load(name, folder) for name in names] or Fault.all(folder):
            held, verdict = prove(lab, fault)
            failed += not held
            print(verdict, flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
