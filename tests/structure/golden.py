#!/usr/bin/env python3
"""Golden files only grow: MANIFEST has the sum of each, and no line that it ever had is changed or gone.
usage: golden.py FOLDER [--add]   (--add appends the files that MANIFEST does not name yet)"""

import hashlib
import pathlib
import subprocess
import sys

FOLDER = pathlib.Path(sys.argv[1])
MANIFEST = FOLDER / "MANIFEST"


def git(*arguments):
    done = subprocess.run(["git", "-C", FOLDER, *arguments], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""


def lines_of_the_past():
    """Each line that any commit's MANIFEST had; none where there is no history to ask."""
    for commit in git("log", "--format=%H", "--", "MANIFEST").split():
        yield from git("show", f"{commit}:./MANIFEST").splitlines()


def line_of(path):
    return f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}"


def main():
    listed = MANIFEST.read_text().splitlines() if MANIFEST.exists() else []
    names = {line.split()[1] for line in listed}
    present = [line_of(path) for path in sorted(FOLDER.glob("*.txt"))]
    if "--add" in sys.argv:
        listed += [line for line in present if line.split()[1] not in names]
        MANIFEST.write_text("".join(line + "\n" for line in listed))
    faults = [f"{line.split()[1]} is not what MANIFEST says, or gone" for line in listed if line not in present]
    faults += [f"{line.split()[1]} is not in MANIFEST; see CONTRIBUTING.md" for line in present
               if line not in listed and line.split()[1] not in names]
    faults += [f"MANIFEST has lost a line it once had: {line}" for line in dict.fromkeys(lines_of_the_past())
               if line not in listed]
    print("\n".join(faults) or f"{len(listed)} golden files are as they were")
    return 1 if faults else 0


sys.exit(main())
