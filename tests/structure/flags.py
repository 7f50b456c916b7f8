#!/usr/bin/env python3
"""Every command and flag of `pm --help` is in the manual page of its command and in the completion of every shell, and
the page of a command explains no flag that none of its commands has. So it is with the keys of pm.toml and its page."""

import pathlib
import re
import subprocess
import sys
import tempfile

PM, MAN = sys.argv[1], pathlib.Path(sys.argv[2])
SHELLS = ("bash", "zsh", "fish")


def pm(*arguments):
    return subprocess.run([PM, *arguments], check=True, capture_output=True, text=True).stdout


def flags_of(command):
    text = pm(command, "--help")
    return re.findall(r"^  (?:(-\w), |    )(--[\w-]+)", text, re.M), text


class Page:
    """A page's source with the macros of names and flags undone: .Fl -port is --port."""

    def __init__(self, path):
        self.name = path.name
        self.text = re.sub(r"\bFl -?(\S+)", lambda found: "--" + found.group(1), path.read_text())
        self.commands = re.findall(r"^\.It Cm ([a-z]+)(?= |$)", self.text, re.M)
        self.flags = re.findall(r"^\.It (?:--?\w , )?(--[\w-]{2,})", self.text, re.M)

    def faults(self, command, flags):
        for short, long in flags:
            if not re.search(re.escape(long) + r"(?![\w-])", self.text):
                yield f"{self.name} does not explain {long} (pm {command})"
            if short and f"-{short} , {long}" not in self.text:
                yield f"{self.name} does not explain {short} (pm {command})"


def uncompleted(scripts, command, flags):
    for shell, script in scripts.items():
        for _, long in flags:
            spelt = f"-l {long[2:]} " if shell == "fish" else long
            if spelt not in script:
                yield f"the {shell} completion does not know {long} (pm {command})"


# A key that there is nowhere, in each table; each fault tells which ones there are.
NO_KEYS = "zz = 1\n" + "".join(f"[{table}]\nzz = 1\n" for table in ("defaults", "defaults.limits", "defaults.backoff", "panes"))
TABLES = {"defaults", "process", "panes"}


def keys():
    with tempfile.TemporaryDirectory() as root:
        (pathlib.Path(root) / "Procfile").write_text("web: true\n")
        (pathlib.Path(root) / "pm.toml").write_text(NO_KEYS)
        told = subprocess.run([PM, "check", "-d", root], capture_output=True, text=True).stderr
    lists = re.findall(r"there are: (.*)", told)
    assert len(lists) == 5, told
    return set(re.findall(r"\w+", " ".join(lists))) - TABLES


def faults_of_keys():
    page = (MAN / "pm.toml.5").read_text()
    items = [line for line in page.splitlines() if line.startswith(".It Li ")]
    explained = {key for item in items for key in re.findall(r"\bLi (\w+)", item)}
    explained |= {key for item in items for keys in re.findall(r"= \{ ([\w, ]+) \}", item) for key in keys.split(", ")}
    yield from (f"pm.toml.5 does not explain '{key}'" for key in sorted(keys() - explained))
    yield from (f"pm.toml.5 explains '{key}', which there is not" for key in sorted(explained - keys()))


def main():
    faults = list(faults_of_keys())
    pages = [Page(path) for path in sorted(MAN.glob("*.1"))]
    scripts = {shell: pm("completion", shell) for shell in SHELLS}
    known = {page.name: set() for page in pages}
    for command in re.findall(r"^  (\w+) ", pm("--help"), re.M):
        flags, text = flags_of(command)
        faults += [f"pm {command} --help is too wide: {line}" for line in text.splitlines() if len(line) > 100]
        faults += uncompleted(scripts, command, flags)
        explaining = [page for page in pages if command in page.commands]
        if len(explaining) != 1:
            faults.append(f"'pm {command}' is explained by {len(explaining)} pages")
        for page in explaining:
            # --help needs no explanation on each page.
            faults += page.faults(command, [(short, long) for short, long in flags if long != "--help"])
            known[page.name].update(long for _, long in flags)
    faults += [
        f"{page.name} explains {flag}, which none of its commands has"
        for page in pages
        for flag in page.flags
        if flag not in known[page.name]
    ]
    print("\n".join(faults) or "every flag and key is documented, every flag completed, and nothing else")
    return 1 if faults else 0


sys.exit(main())
