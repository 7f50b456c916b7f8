#!/usr/bin/env python3
"""What pm start tells a service manager. usage: notify_test.py PM [unittest arguments]"""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

PM = os.path.abspath(os.environ.get("PM_BINARY") or sys.argv.pop(1))
PATIENCE = float(os.environ.get("PM_E2E_PATIENCE", "30"))  # seconds; only what is broken takes so long

NAP = "sleep 1000"
SHOW = "env | grep -E '^(NOTIFY|WATCHDOG)_' >shown || echo nothing >shown"


class Manager(unittest.TestCase):
    """A service manager with a socket, and a supervisor that it has started."""

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pm-notify-"))
        self.addCleanup(shutil.rmtree, self.root, True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.root / "notify"))
        self.socket.settimeout(PATIENCE)
        self.addCleanup(self.socket.close)

    def start(self, procfile, flags=(), wrapper=(), **variables):
        (self.root / "Procfile").write_text(procfile)
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PM_", "WATCHDOG_"))}
        environment = {**clean, "NOTIFY_SOCKET": str(self.root / "notify"), **variables}
        self.process = subprocess.Popen([*wrapper, PM, "start", *flags], cwd=self.root, env=environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.addCleanup(self.end)

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.said = self.process.communicate(timeout=PATIENCE)[1].decode()
        return self.process.returncode

    def hear(self):
        """The next thing that the manager is told, as a dictionary."""
        return dict(line.split("=", 1) for line in self.socket.recv(4096).decode().splitlines())

    def hear_until(self, **wanted):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            news = self.hear()
            if all(news.get(key) == value for key, value in wanted.items()):
                return news
        self.fail(f"never heard {wanted}")

    def pm(self, *arguments):
        return subprocess.run([PM, *arguments], cwd=self.root, capture_output=True, text=True, timeout=PATIENCE)

    def test_is_ready_once_everything_was_started(self):
        self.start(f"web: {NAP}\nclock: {NAP}\n")
        self.assertEqual(self.hear(), {"READY": "1", "STATUS": "2 running"})

    def test_tells_what_changes(self):
        self.start(f"web: {NAP}\nclock: {NAP}\n")
        self.hear_until(STATUS="2 running")
        self.pm("stop", "clock")
        self.hear_until(STATUS="1 running, 1 stopped")
        self.pm("scale", "web=3")
        self.hear_until(STATUS="3 running, 1 stopped")

    def test_tells_a_reload_and_its_end(self):
        self.start(f"web: {NAP}\n")
        self.hear_until(STATUS="1 running")
        (self.root / "Procfile").write_text(f"web: {NAP}\nclock: {NAP}\n")
        self.pm("reload")
        news = self.hear()
        self.assertEqual(news["RELOADING"], "1")
        self.assertLess(abs(int(news["MONOTONIC_USEC"]) / 1e6 - time.monotonic()), PATIENCE)
        self.hear_until(READY="1", STATUS="2 running")

    def test_is_ready_again_after_a_reload_that_failed(self):
        self.start(f"web: {NAP}\n")
        self.hear_until(STATUS="1 running")
        (self.root / "Procfile").write_text("web\n")
        self.assertEqual(self.pm("reload").returncode, 2)
        self.assertEqual(self.hear()["RELOADING"], "1")
        self.assertEqual(self.hear(), {"READY": "1", "STATUS": "1 running"})

    def test_asks_for_the_time_that_the_end_takes(self):
        (self.root / "pm.toml").write_text('[defaults]\nstop_timeout = "90s"\n')
        self.start(f"web: {NAP}\n")
        self.hear_until(STATUS="1 running")
        self.process.terminate()
        self.assertEqual(self.hear(), {"STOPPING": "1", "STATUS": "ending the run: 1 stopping",
                                       "EXTEND_TIMEOUT_USEC": "100000000"})
        self.assertEqual(self.end(), 0)

    def test_shows_that_it_is_alive_where_somebody_waits_for_it(self):
        self.start(f"web: {NAP}\n", WATCHDOG_USEC="200000")
        for _ in range(3):
            self.hear_until(WATCHDOG="1")

    def test_the_process_that_was_started_is_meant_by_the_watchdog(self):
        script = 'export WATCHDOG_PID=$$ WATCHDOG_USEC=200000; exec "$@"'
        self.start(f"web: {NAP}\n", wrapper=("sh", "-c", script, "sh"))
        self.hear_until(WATCHDOG="1")

    def test_waits_for_a_manager_that_is_busy(self):
        os.mkfifo(self.root / "up")
        stuck = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(stuck.close)
        stuck.connect(str(self.root / "notify"))
        stuck.setblocking(False)
        try:
            while True:
                stuck.send(b"FULL=1")
        except BlockingIOError:
            pass
        self.start(f"web: echo >up; {NAP}\n", WATCHDOG_USEC="200000")
        (self.root / "up").read_text()
        self.hear_until(READY="1", STATUS="1 running")
        self.hear_until(WATCHDOG="1")

    def test_the_children_know_nothing_of_it(self):
        self.start(f"web: {SHOW}\nclock: {NAP}\n", WATCHDOG_USEC="60000000", WATCHDOG_PID="1")
        self.hear_until(STATUS="1 running, 1 exited")
        self.assertEqual((self.root / "shown").read_text(), "nothing\n")
        self.assertEqual(self.pm("run", "sh", "-c", "echo ${NOTIFY_SOCKET-nothing}").stdout, "nothing\n")

    def test_runs_without_a_manager_that_listens(self):
        os.mkfifo(self.root / "up")
        self.start(f"web: echo >up; {NAP}\n", NOTIFY_SOCKET=str(self.root / "nobody"))
        (self.root / "up").read_text()  # waits for the process
        self.assertEqual(self.pm("ps").returncode, 0)
        self.assertEqual(self.end(), 0)
        self.assertIn(f"pm: warning: cannot tell the service manager at '{self.root}/nobody'", self.said)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    unittest.main()
