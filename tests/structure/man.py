#!/usr/bin/env python3
"""The manual is as mandoc wants it, in everything but taste, and each of its pages that another one names is there."""

import pathlib
import re
import subprocess
import sys

MANDOC, MAN = sys.argv[1], pathlib.Path(sys.argv[2])

# Whether the manuals of other programs are installed says nothing about ours.
FOREIGN = "referenced manual not found"


def is_ours(name):
    return name == "Procfile" or re.match(r"pm\b", name)


def lint(page):
    said = subprocess.run([MANDOC, "-T", "lint", "-W", "all", page], capture_output=True, text=True).stdout
    return [line for line in said.splitlines() if FOREIGN not in line]


def lost(page):
    names = re.findall(r"\bXr (\S+) (\d)", page.read_text())
    return [
        f"{page.name} names {name}({section}), which is not there"
        for name, section in names
        if is_ours(name) and not (MAN / f"{name}.{section}").exists()
    ]


def main():
    pages = sorted(MAN.glob("*.[1-8]"))
    faults = [fault for page in pages for fault in lint(page) + lost(page)]
    print("\n".join(faults) or f"{len(pages)} pages, no fault")
    return 1 if faults or not pages else 0


sys.exit(main())
