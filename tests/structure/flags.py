#!/usr/bin/env python3
"""Every command and flag of `pm --help` is in the man page and in the completion of every shell."""

import re
import subprocess
import sys

PM, MAN = sys.argv[1:]
SHELLS = ("bash", "zsh", "fish")


def pm(*arguments):
    return subprocess.run([PM, *arguments], check=True, capture_output=True, text=True).stdout


def flags_of(command):
    text = pm(command, "--help")
    return re.findall(r"^  (?:(-\w), |    )(--[\w-]+)", text, re.M), text


def man_text():
    """The source with the macros of names and flags undone: .Fl -port is --port."""
    return re.sub(r"\bFl -?(\S+)", lambda found: "--" + found.group(1), open(MAN).read())


def main():
    faults = []
    man, scripts = man_text(), {shell: pm("completion", shell) for shell in SHELLS}
    for command in re.findall(r"^  (\w+) ", pm("--help"), re.M):
        flags, text = flags_of(command)
        faults += [f"pm {command} --help is too wide: {line}" for line in text.splitlines() if len(line) > 100]
        if f"Cm {command}" not in man:
            faults.append(f"pm.1 does not explain 'pm {command}'")
        for short, long in flags:
            if not re.search(re.escape(long) + r"(?![\w-])", man):
                faults.append(f"pm.1 does not explain {long} (pm {command})")
            if short and f"-{short} , {long}" not in man:
                faults.append(f"pm.1 does not explain {short} (pm {command})")
            for shell, script in scripts.items():
                spelt = f"-l {long[2:]} " if shell == "fish" else long
                if spelt not in script:
                    faults.append(f"the {shell} completion does not know {long} (pm {command})")
    print("\n".join(faults) or "every flag is documented and completed")
    return 1 if faults else 0


sys.exit(main())
