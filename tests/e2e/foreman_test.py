#!/usr/bin/env python3
"""The same Procfiles under foreman and under pm: what the children find, and how both exit.

Every difference is a row here and a row in docs/migration.md. usage: foreman_test.py PM NOTES [unittest arguments]"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from dataclasses import dataclass, field

PM = os.path.abspath(os.environ.get("PM_BINARY") or sys.argv.pop(1))
NOTES = pathlib.Path(sys.argv.pop(1)).read_text()
PATIENCE = float(os.environ.get("PM_E2E_PATIENCE", "30"))  # seconds; only what is broken takes so long
FOREMAN = shutil.which("foreman")

# What a process does here: it writes down what it was given, in one step, and waits to be stopped.
REPORT = r"""
name=$PS; mkdir "$REPORTS/.$$"; cd "$REPORTS/.$$" || exit
tr '\0' '\n' </proc/$$/environ >environment
i=0; for argument; do i=$((i + 1)); printf '%s' "$argument" >argument.$i; done
readlink "/proc/$$/cwd" >/dev/null; printf '%s' "$OLDPWD" >cwd
mv "$REPORTS/.$$" "$REPORTS/$name"
exec sleep 1000
"""
CLEAN = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "LC_ALL": "C.UTF-8"}
SHELLS_OWN = {"_", "PWD", "OLDPWD", "SHLVL"}
PM_ONLY = re.compile(r"PM_(TYPE|INSTANCE|SOCKET|PORT_[A-Z0-9_]+)$")

TWO = "web: sh $REPORT one\nworker: sh $REPORT two\n"


@dataclass
class Case:
    """Arguments to `start` of both. `differs`: what is not the same, by where it is ("web.1 PORT"), with both values."""

    files: dict = field(default_factory=lambda: {"Procfile": TWO})
    flags: tuple = ()
    env: dict = field(default_factory=dict)
    count: int = 2  # how many children report under both
    differs: dict = field(default_factory=dict)


CHILDREN = {
    "one of each": Case(),
    "formation": Case(flags=("-m", "web=2,worker=1"), count=3),
    "formation, long flag, all": Case(flags=("--formation", "all=2,worker=1"), count=3),
    "formation that leaves out": Case(flags=("-m", "all=1,worker=0"), count=1),
    "one process": Case(flags=("worker",), count=1),
    "base port": Case(flags=("-p", "6000")),
    "base port, long flag, two instances": Case(flags=("--port", "6000", "-m", "web=2"), count=2,
                                                differs={"worker.1": (None, "started")}),
    "base port of the environment": Case(env={"PORT": "7000"}),
    "base port of the env file": Case(files={"Procfile": TWO, ".env": "PORT=7100\n"}, env={"PORT": "7000"}),
    "base port, the flag wins": Case(files={"Procfile": TWO, ".env": "PORT=7100\n"}, flags=("-p", "7200")),
    "Procfile of another name": Case(files={"Procfile.dev": TWO}, flags=("-f", "Procfile.dev")),
    "Procfile of another name, long flag": Case(files={"Procfile.dev": TWO}, flags=("--procfile", "Procfile.dev")),
    "Procfile elsewhere": Case(files={"app/Procfile": TWO}, flags=("-f", "app/Procfile")),
    "Procfile elsewhere with an env file": Case(
        files={"app/Procfile": TWO, "app/.env": "A=app\n", ".env": "A=here\n"}, flags=("-f", "app/Procfile"),
        differs={"web.1 A": ("here", "app"), "worker.1 A": ("here", "app")}),
    "root": Case(files={"app/Procfile": TWO, "app/.env": "A=app\n", ".env": "A=here\n"}, flags=("-d", "app")),
    "root, long flag": Case(files={"app/Procfile": TWO}, flags=("--root", "app")),
    "root and Procfile": Case(files={"Procfile": TWO, "app/.env": "A=app\n"}, flags=("-f", "Procfile", "-d", "app")),
    "env file": Case(files={"Procfile": TWO, "my.env": "A=1\n", ".env": "A=2\nB=2\n"}, flags=("-e", "my.env")),
    "env files, later wins": Case(files={"Procfile": TWO, "a.env": "A=1\nB=1\n", "b.env": "B=2\n"},
                                  flags=("--env", "a.env,b.env")),
    "env file against the environment": Case(files={"Procfile": TWO, ".env": "A=file\n"}, env={"A": "environment"}),
    "timeout flag": Case(flags=("-t", "3")),
    "timeout, long flag": Case(flags=("--timeout", "3")),
    "arguments": Case(files={"Procfile": "web: sh $REPORT one 'two words' \"three more words\" four\\ and '' last\n"},
                      count=1),
    "a shell's line": Case(files={"Procfile": "web: A=inline && export A && exec sh $REPORT $A ${A}s $((1 + 2)) | cat\n"},
                           count=1),
    "the port as an argument": Case(files={"Procfile": "web: sh $REPORT $PORT ${PORT} -p$PORT\n"}, count=1),
    "a variable of the env file as an argument": Case(
        files={"Procfile": "web: sh $REPORT $WORDS\n", ".env": "WORDS=two words\n"}, count=1),
    "a variable in single quotes": Case(files={"Procfile": "web: sh $REPORT '$PORT'\n"}, count=1,
                                        differs={"web.1 argument.1": ("5000", "$PORT")}),
    "a variable whose name begins like another's": Case(
        files={"Procfile": "web: sh $REPORT $PORTAL.\n"}, env={"PORTAL": "open"}, count=1,
        differs={"web.1 argument.1": ("5000AL.", "open.")}),
    "names": Case(files={"Procfile": "web-2: sh $REPORT\nMy_Worker: sh $REPORT\n"}),
    "comments and blank lines": Case(files={"Procfile": "# a comment\n\nweb: sh $REPORT one\n\n#worker: false\n"}, count=1),
    "CRLF": Case(files={"Procfile": TWO.replace("\n", "\r\n"), ".env": "A=1\r\nB='2'\r\n"}),
    "no blank after the colon": Case(files={"Procfile": "web:sh $REPORT one\n"}, count=1),
    "a colon in the command": Case(files={"Procfile": "web: sh $REPORT http://a:80/\n"}, count=1),
    "no newline at the end": Case(files={"Procfile": "web: sh $REPORT one", ".env": "A=1"}, count=1),
    "plain values": Case(files={"Procfile": TWO, ".env": "A=1\nB=two words\nC=\nD=it's\nE=C:\\new\nF=a#b\nG=a=b\n"}),
    "quoted values": Case(files={"Procfile": TWO, ".env": "A='a b'\nB=\"c d\"\nC=\"e\\nf\"\nD=\"say \\\"hi\\\"\"\nE=''\nF='$A'\n"}),
    "comments in the env file": Case(files={"Procfile": TWO, ".env": "# comment\n\nA=1\n#B=2\n"}),
    "a comment after a value": Case(files={"Procfile": TWO, ".env": "A=1 # one\n"},
                                    differs={"web.1 A": ("1 # one", "1"), "worker.1 A": ("1 # one", "1")}),
    "blanks around the equals sign": Case(files={"Procfile": TWO, ".env": "A = 1\n"},
                                          differs={"web.1 A": (None, "1"), "worker.1 A": (None, "1")}),
    "export in the env file": Case(files={"Procfile": TWO, ".env": "export A=1\n"},
                                   differs={"web.1 A": (None, "1"), "worker.1 A": (None, "1")}),
    "a variable in the env file": Case(files={"Procfile": TWO, ".env": "A=1\nB=${A}2\n"},
                                       differs={"web.1 B": ("${A}2", "12"), "worker.1 B": ("${A}2", "12")}),
    "the type release": Case(files={"Procfile": "web: sh $REPORT\nrelease: sh $REPORT\n"}, count=1,
                             differs={"release.1": ("started", None)}),
}

# name: (files, arguments, a signal to send once all report or None, exit code of foreman, of pm, of pm with the flags of
# the migration notes)
LIKE_FOREMAN = ("--exit-when", "any")
EXITS = {
    "one ends with 3": ({"Procfile": "web: exit 3\nworker: sh $REPORT\n"}, ("start",), None, 3, 3, LIKE_FOREMAN),
    "one ends with 0": ({"Procfile": "web: exit 0\nworker: sh $REPORT\n"}, ("start",), None, 0, 0, LIKE_FOREMAN),
    "one is killed by a signal": ({"Procfile": "web: kill -9 $$\nworker: sh $REPORT\n"}, ("start",), None, 0, 137,
                                  LIKE_FOREMAN),
    "SIGTERM": ({"Procfile": TWO}, ("start",), signal.SIGTERM, 0, 0, ()),
    "SIGINT": ({"Procfile": TWO}, ("start",), signal.SIGINT, 0, 130, ()),
    "no Procfile": ({}, ("start",), None, 1, 2, ()),
    "no env file of that name": ({"Procfile": TWO}, ("start", "-e", "none.env"), None, 1, 2, ()),
    "a Procfile without processes": ({"Procfile": "# nothing\n"}, ("check",), None, 1, 2, ()),
    "check": ({"Procfile": TWO}, ("check",), None, 0, 0, ()),
    "run": ({"Procfile": TWO, ".env": "CODE=4\n"}, ("run", "sh", "-c", "exit $CODE"), None, 4, 4, ()),
    "run of a process": ({"Procfile": "web: exit $CODE\n", ".env": "CODE=4\n"}, ("run", "web"), None, 4, 4, ()),
    "run of what is not there": ({"Procfile": TWO}, ("run", "no-such-program"), None, 1, 127, ()),
}


class Application(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pm-dropin-")).resolve()
        self.addCleanup(shutil.rmtree, self.root, True)
        (self.root / "report.sh").write_text(REPORT)

    def begin(self, tool, files, arguments, env):
        """Lays the application of a fresh folder out, and starts the tool in it."""
        self.app, self.reports = self.root / tool / "app", self.root / tool / "reports"
        shutil.rmtree(self.root / tool, True)
        self.app.mkdir(parents=True)
        self.reports.mkdir()
        for name, text in files.items():
            (self.app / name).parent.mkdir(parents=True, exist_ok=True)
            (self.app / name).write_bytes(text.encode())
        program = FOREMAN if tool == "foreman" else PM
        environment = {**CLEAN, "REPORT": str(self.root / "report.sh"), "REPORTS": str(self.reports), **env}
        process = subprocess.Popen([program, *arguments], cwd=self.app, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        self.addCleanup(self.end, process)
        return process

    def end(self, process, number=signal.SIGTERM):
        """The exit code. foreman leaves what a shell has started; it is all in its session, so nobody stays."""
        if process.poll() is None:
            process.send_signal(number)
        self.said = process.communicate(timeout=PATIENCE)[0].decode() if not process.stdout.closed else ""
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        return process.returncode

    def await_reports(self, process, count):
        deadline = time.monotonic() + PATIENCE
        while len(self.reported()) < count:
            self.assertLess(time.monotonic(), deadline, f"only {self.reported()} report")
            self.assertIsNone(process.poll(), "it has ended early")
            time.sleep(0.02)

    def reported(self):
        return sorted(entry.name for entry in self.reports.iterdir() if not entry.name.startswith("."))

    def seen(self):
        """Everything that the children have found, by "instance what"."""
        found = {}
        for name in self.reported():
            found[name] = "started"
            folder = self.reports / name
            for argument in folder.glob("argument.*"):
                found[f"{name} {argument.name}"] = argument.read_text()
            found[f"{name} cwd"] = os.path.relpath((folder / "cwd").read_text(), self.app)
            for line in (folder / "environment").read_text().splitlines():
                key, _, value = line.partition("=")
                if key not in SHELLS_OWN | {"REPORTS"}:
                    found[f"{name} {key}"] = value
        return found


@unittest.skipUnless(FOREMAN, "foreman is not installed (Debian: ruby-foreman)")
class Children(Application):
    maxDiff = None

    def children_of(self, tool, case, count):
        process = self.begin(tool, case.files, ("start", *case.flags), case.env)
        self.await_reports(process, count)
        found = self.seen()
        self.end(process)
        return found

    def compare(self, case):
        one_sided = [name for name in case.differs if " " not in name]  # a process that only one of them starts
        counts = [case.count + sum(case.differs[name][side] is not None for name in one_sided) for side in (0, 1)]
        theirs, ours = (self.children_of(tool, case, count) for tool, count in zip(("foreman", "pm"), counts))
        different = {
            key: (theirs.get(key), ours.get(key))
            for key in theirs.keys() | ours.keys()
            if theirs.get(key) != ours.get(key) and not PM_ONLY.match(key.split()[-1])
            and not key.startswith(tuple(name + " " for name in one_sided))
        }
        self.assertEqual(different, case.differs)


def children_test(case):
    return lambda self: self.compare(case)


@unittest.skipUnless(FOREMAN, "foreman is not installed (Debian: ruby-foreman)")
class Exits(Application):
    def code_of(self, tool, files, arguments, number, extra=()):
        process = self.begin(tool, files, (arguments[0], *extra, *arguments[1:]), {})
        if number is not None:
            self.await_reports(process, files["Procfile"].count("\n"))
            return self.end(process, number)
        process.communicate(timeout=PATIENCE)
        return process.returncode


def exit_test(files, arguments, number, theirs, ours, extra):
    def test(self):
        self.assertEqual(self.code_of("foreman", files, arguments, number), theirs)
        self.assertEqual(self.code_of("pm", files, arguments, number, extra), ours)
    return test


class Notes(unittest.TestCase):
    def test_the_migration_notes_have_every_difference_and_no_other(self):
        differing = [name for name, case in CHILDREN.items() if case.differs]
        differing += [name for name, row in EXITS.items() if row[3] != row[4]]
        table = NOTES.split("| case | foreman | pm | why |\n|---|---|---|---|\n")[1].split("\n\n")[0]
        self.assertEqual(sorted(re.findall(r"^\| ([^|]+?) +\|", table, re.M)), sorted(differing))


for cases, suite, make in ((CHILDREN, Children, lambda case: children_test(case)), (EXITS, Exits, lambda row: exit_test(*row))):
    for name, case in cases.items():
        setattr(suite, "test_" + re.sub(r"\W+", "_", name), make(case))

if __name__ == "__main__":
    unittest.main()
