#!/usr/bin/env python3
"""pm attach in real terminals. usage: attach_test.py PM [unittest arguments]"""

import base64
import fcntl
import hashlib
import json
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

PM = os.path.abspath(os.environ.get("PM_BINARY") or sys.argv.pop(1))
PATIENCE = float(os.environ.get("PM_E2E_PATIENCE", "30"))  # seconds; only what is broken takes so long
ESCAPES = re.compile(r"\x1b(\[[0-9;?>!\"]*[ \"]?[@-~]|\][^\x1b\a]*(\x1b\\|\a)|[()*+].|[@-Z\\-~78=>])")


class Terminal:
    """A program in a terminal of its own, and all that it has shown there."""

    def __init__(self, argv, cwd, columns=80, rows=24, env=None):
        self.text, self.size = "", 0
        self.master, self.slave = pty.openpty()
        os.set_blocking(self.master, False)
        self.resize(columns, rows)
        self.before = self.state()
        self.process = subprocess.Popen(argv, cwd=cwd, env=env, stdin=self.slave, stdout=self.slave, stderr=self.slave,
                                        preexec_fn=self.become_leader)

    @staticmethod
    def become_leader():
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, text):
        data = text if isinstance(text, bytes) else text.encode()
        deadline = time.monotonic() + PATIENCE
        while data:
            if time.monotonic() > deadline:
                raise AssertionError(f"the last {len(data)} bytes are not taken")
            try:
                data = data[os.write(self.master, data):]
            except BlockingIOError:
                if not select.select([], [self.master], [], 0.05)[1]:
                    self.read(0)

    def read(self, patience):
        if not select.select([self.master], [], [], patience)[0]:
            return False
        try:
            piece = os.read(self.master, 1 << 16).decode(errors="replace")
        except OSError:
            return False
        self.text += piece
        self.size += len(piece)
        return True

    def expect(self, wanted):
        """Waits until `wanted` comes, and forgets what came before and with it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            plain = ESCAPES.sub("", self.text)
            if wanted in plain:
                self.text = plain[plain.index(wanted) + len(wanted):]
                return
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain for {wanted!r}; there is {plain[-2000:]!r}")
            self.text = self.text[-(1 << 15):]
            self.read(deadline - time.monotonic())

    def end(self):
        """Waits for the end; the exit status, negative for a signal."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            self.read(0.02)
            if time.monotonic() > deadline:
                raise AssertionError(f"it does not end; there is {self.text[-2000:]!r}")
        while self.read(0):
            pass
        return self.process.returncode

    def state(self):
        """Its modes, and those of the description that whoever started the program has, too."""
        return termios.tcgetattr(self.slave), fcntl.fcntl(self.slave, fcntl.F_GETFL)

    def is_as_before(self):
        return self.state() == self.before

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


class FakeSupervisor:
    """The other side of one attachment (RFC 6455), at its leisure."""

    def __init__(self, directory):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(f"{directory}/.pm.sock")
        self.listener.listen()
        self.listener.settimeout(PATIENCE)
        self.connection = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()
        if self.connection:
            self.connection.close()

    def accept(self):
        self.connection = self.listener.accept()[0]
        self.connection.settimeout(PATIENCE)
        self.stream = self.connection.makefile("rb")
        self.target = self.stream.readline().decode()
        for line in iter(self.stream.readline, b"\r\n"):
            name, value = line.decode().strip().split(": ", 1)
            if name.lower() == "sec-websocket-key":
                self.key = value

    def begin(self):
        proof = hashlib.sha1(f"{self.key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()
        self.connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                b"Sec-WebSocket-Accept: " + base64.b64encode(proof) + b"\r\n\r\n")
        text = b'{"process":"web.1","terminal":true,"size":[80,24],"state":"running"}'
        self.connection.sendall(bytes([0x81, len(text)]) + text)

    def hear(self):
        """The next message, which is short."""
        size = self.stream.read(2)[1] & 0x7F
        mask = self.stream.read(4)
        return json.loads(bytes(byte ^ mask[i % 4] for i, byte in enumerate(self.stream.read(size))))


class Attach(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="pm-attach-")
        self.terminals = []
        self.addCleanup(self.clean_up)

    def clean_up(self):
        for terminal in self.terminals:
            if terminal.process.poll() is None and terminal is getattr(self, "supervisor", None):
                terminal.process.terminate()
                terminal.end()
        for terminal in self.terminals:
            terminal.close()
        shutil.rmtree(self.directory, ignore_errors=True)

    def terminal(self, *argv, **options):
        terminal = Terminal(list(argv), self.directory, **options)
        self.terminals.append(terminal)
        return terminal

    def write(self, name, text):
        (pathlib.Path(self.directory) / name).write_text(text)

    def start(self, procfile, *flags):
        self.write("Procfile", procfile)
        self.supervisor = self.terminal(PM, "start", "-N", "--exit-when", "never", *(flags or ("--pty", "always")))
        for line in procfile.splitlines():
            self.supervisor.expect("started with pid")

    def attach(self, name, *flags, **options):
        return self.terminal(PM, "attach", name, *flags, **options)

    def pm(self, *arguments, status=0):
        done = subprocess.run([PM, *arguments], cwd=self.directory, capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout + done.stderr

    def detach(self, terminal, name="web.1"):
        terminal.type("\x02d")
        terminal.expect(f"detached from {name}")
        self.assertEqual(terminal.end(), 0)
        self.assertTrue(terminal.is_as_before())

    # ---- What it is for

    def test_shows_the_screen_at_once_and_takes_keys(self):
        self.start("web: printf 'one\\ntwo\\033[3;5Hthree'; read -r line; echo; echo \"got $line\"; exec cat\n")
        self.supervisor.expect("one")
        first = self.attach("web")
        first.expect("one")
        first.expect("two")
        first.expect("three")
        first.type("hello\r")
        first.expect("got hello")
        self.detach(first)
        second = self.attach("web.1")
        second.expect("got hello")
        second.type("cat\r")
        second.expect("cat\r\ncat\r\n")
        self.detach(second)
        self.assertIn("running", self.pm("ps"))

    def test_the_size_is_that_of_the_last_who_came_resized_or_typed(self):
        self.start("web: trap 'stty size' WINCH; echo ready; while :; do read -r line && echo \"$line\"; stty size; done\n")
        self.supervisor.expect("ready")
        first = self.attach("web", columns=100, rows=30)
        first.expect("30 100")
        second = self.attach("web", columns=60, rows=20)
        second.expect("20 60")
        first.resize(90, 31)
        second.expect("31 90")
        second.type("x\r")
        first.expect("20 60")
        watcher = self.attach("web", "--watch", columns=40, rows=10)
        watcher.expect("20 60")
        watcher.resize(41, 11)
        first.type("y\r")
        first.expect("y\r\n31 90")
        self.detach(first)
        second.expect("20 60")
        self.detach(second)
        watcher.expect("24 ")  # what the supervisor has

    def test_several_see_and_type(self):
        self.start("web: cat\n")
        first, second = self.attach("web"), self.attach("web")
        first.expect("started with pid")
        second.expect("started with pid")
        first.type("from the first\r")
        second.expect("from the first\r\nfrom the first")
        second.type("from the second\r")
        first.expect("from the second\r\nfrom the second")
        self.detach(first)
        second.type("still here\r")
        second.expect("still here\r\nstill here")
        self.detach(second)

    def test_a_watcher_cannot_type(self):
        self.start("web: while read -r line; do echo \"got $line\"; done\n")
        watcher, typist = self.attach("web", "--watch"), self.attach("web")
        watcher.expect("started with pid")
        typist.expect("started with pid")
        watcher.type("from the watcher\r")
        watcher.type("\x02\x02")
        typist.type("from the typist\r")
        watcher.expect("got from the typist")
        self.assertNotIn("watcher", self.pm("logs", "web"))
        watcher.type("\x03")
        watcher.expect("detached from web.1")
        self.assertEqual(watcher.end(), 0)
        self.detach(typist)

    def test_watches_without_a_terminal(self):
        self.start("web: read -r line; echo \"got $line\"; exec cat\n")
        out = subprocess.Popen([PM, "attach", "web", "--watch"], cwd=self.directory, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE)
        self.addCleanup(out.stdout.close)
        self.addCleanup(out.wait)
        self.addCleanup(out.kill)
        self.assertTrue(out.stdout.readline())
        typist = self.attach("web")
        typist.type("hello\r")
        while b"got hello" not in out.stdout.readline():
            pass

    def test_survives_a_restart_with_a_boundary(self):
        self.start("web: printf '\\033[?1049h\\033[?1000h'; echo up; exec cat\n")
        terminal = self.attach("web")
        terminal.expect("up")
        self.pm("restart", "web")
        terminal.expect("── killed by SIGTERM ──")
        terminal.expect("── started with pid")
        terminal.expect("up")
        terminal.type("still typing\r")
        terminal.expect("still typing\r\nstill typing")
        self.pm("stop", "web")
        terminal.expect("killed by SIGTERM")
        terminal.type("nobody reads this\r")
        self.pm("start", "web")
        terminal.expect("up")
        self.detach(terminal)
        self.assertNotIn("nobody", self.pm("logs", "web"))

    def test_one_that_is_stopped_says_how_to_start_it(self):
        self.start("web: echo up; exec cat\n")
        self.pm("stop", "web")
        terminal = self.attach("web")
        terminal.expect("web.1 is stopped · 'pm start web.1' starts it")
        self.pm("start", "web")
        terminal.expect("up")
        self.detach(terminal)

    def test_without_a_terminal_there_is_output_only(self):
        self.start("web: echo first; read -r line; echo never\n", "--pty", "never")
        terminal = self.attach("web")
        terminal.expect("web.1 has no terminal")
        terminal.expect("first\r\n")
        terminal.type("hello\r")
        self.pm("stop", "web")
        terminal.expect("killed by SIGTERM\r\n")
        self.detach(terminal)
        self.assertNotIn("never", self.pm("logs", "web"))

    def test_ends_with_the_instance(self):
        self.start("web: echo up; exec cat\n")
        self.pm("scale", "web=2")
        terminal = self.attach("web.2")
        terminal.expect("up")
        self.pm("scale", "web=1")
        terminal.expect("killed by SIGTERM")
        terminal.expect("web.2 has left the formation")
        self.assertEqual(terminal.end(), 0)
        self.assertTrue(terminal.is_as_before())

    def test_detach_keys(self):
        self.start("web: stty raw -echo; echo up; exec od -An -c -w1 -v\n")
        terminal = self.attach("web", "--detach-keys", "ctrl-p,ctrl-q")
        terminal.expect("up")
        terminal.type("\x02d\x10\x10x\x11")
        for shown in ("002", "d", "020", "x", "021"):
            terminal.expect(shown)
        terminal.type("\x10\x11")
        terminal.expect("detached from web.1")
        self.assertEqual(terminal.end(), 0)

    def test_prompts_of_debuggers(self):
        self.write("ask.py", "import getpass\nprint('hello', input('name? '))\nprint(len(getpass.getpass('secret? ')))\n"
                             "input('end? ')\n")
        self.start(f"web: exec {sys.executable} -u ask.py\n")
        terminal = self.attach("web")
        terminal.expect("name? ")
        terminal.type("pm\r")
        terminal.expect("pm\r\nhello pm")
        terminal.expect("secret? ")
        terminal.type("12345678\r")
        terminal.expect("8\r\n")
        terminal.expect("end? ")
        self.detach(terminal)
        self.assertNotIn("12345678", self.pm("logs", "web"))

    def test_full_screen_programs_find_a_terminal(self):
        self.start("web: echo \"TERM=$TERM\"; stty -icanon -echo min 0 time 50; printf '\\033[6n'; "
                   "dd bs=1 count=6 2>/dev/null | od -An -c; exec cat\n")
        self.supervisor.expect("TERM=")
        terminal = self.attach("web")
        terminal.expect("033   [")  # the supervisor answers, and nobody else
        terminal.type("x")
        self.detach(terminal)

    # ---- Errors

    def test_errors(self):
        self.assertIn("no supervisor answers", self.attach_error("web", status=3))
        self.start("web: cat\nworker: cat\n")
        self.pm("scale", "web=2")
        self.assertIn("there are: web, worker", self.attach_error("nope", status=2))
        self.assertIn("web.1, web.2", self.attach_error("web", status=2))
        self.assertIn("2 processes", self.attach_error("w*.1", status=2))
        self.assertIn("--detach-keys", self.attach_error("web.1", "--detach-keys", "hyper-b", status=2))
        self.assertIn("no terminal", self.pm("attach", "web.1", status=2))
        self.assertIn("one process", self.pm("attach", status=2))
        self.assertIn("one process", self.pm("attach", "web.1", "web.2", status=2))

    def attach_error(self, *arguments, status):
        terminal = self.attach(*arguments)
        self.assertEqual(terminal.end(), status)
        self.assertTrue(terminal.is_as_before())
        return ESCAPES.sub("", terminal.text)

    # ---- The terminal comes back

    def attached(self):
        self.start("web: printf '\\033[?1049h\\033[?1003h\\033[?25l'; echo up; exec cat\n")
        terminal = self.attach("web")
        terminal.expect("up")
        terminal.type("echo\r")
        terminal.expect("echo\r\necho")
        self.assertFalse(terminal.is_as_before())
        return terminal

    def assert_given_back(self, terminal):
        self.assertTrue(terminal.is_as_before())
        for reset in ("\x1b[?1047l", "\x1b[?1003l", "\x1b[?25h"):
            self.assertIn(reset, terminal.text)

    def test_comes_back_after_the_end_of_the_run(self):
        terminal = self.attached()
        self.pm("quit")
        self.assertEqual(terminal.end(), 0)
        self.assert_given_back(terminal)

    def test_comes_back_after_a_crash_of_the_supervisor(self):
        terminal = self.attached()
        child = lambda pid: int(pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
        os.kill(child(child(self.supervisor.process.pid)), signal.SIGKILL)
        self.assertEqual(terminal.end(), 3)
        self.assert_given_back(terminal)
        self.assertIn("went away", terminal.text)

    def test_comes_back_after_signals(self):
        terminal = self.attached()
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGSEGV, signal.SIGABRT):
            terminal.process.send_signal(number)
            self.assertEqual(terminal.end(), -number)
            self.assert_given_back(terminal)
            terminal = self.attach("web")
            terminal.expect("up")
        self.assertIn("running", self.pm("ps"))

    def test_comes_back_after_a_kill(self):
        terminal = self.attached()
        terminal.process.kill()
        self.assertEqual(terminal.end(), -signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        while not terminal.is_as_before() and time.monotonic() < deadline:
            terminal.read(0.02)  # the guard does it, a moment later
        self.assert_given_back(terminal)

    def test_comes_back_after_a_kill_of_its_parent(self):
        self.start("web: echo up; exec cat\n")
        terminal = self.terminal("/bin/sh", "-c", f"echo shell; {PM} attach web; exit 0")
        terminal.expect("up")
        terminal.type("echo\r")
        terminal.expect("echo\r\necho")
        terminal.process.kill()
        self.assertEqual(terminal.end(), -signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE
        while not terminal.is_as_before() and time.monotonic() < deadline:
            terminal.read(0.02)
        self.assertTrue(terminal.is_as_before())

    def stopped(self, terminal, number):
        terminal.process.send_signal(number)
        deadline = time.monotonic() + PATIENCE
        while not os.waitpid(terminal.process.pid, os.WUNTRACED | os.WNOHANG)[0]:
            terminal.read(0.02)
            self.assertLess(time.monotonic(), deadline, "it does not stop")

    def continued(self, terminal):
        terminal.text = ""
        terminal.process.send_signal(signal.SIGCONT)
        terminal.expect("up")
        self.assertFalse(terminal.is_as_before())
        terminal.type("again\r")
        terminal.expect("again\r\nagain")

    def test_is_given_back_while_it_is_stopped(self):
        terminal = self.attached()
        self.stopped(terminal, signal.SIGTSTP)
        while terminal.read(0):
            pass
        self.assert_given_back(terminal)
        self.continued(terminal)
        self.detach(terminal)

    def test_is_taken_again_after_a_stop_that_cannot_be_caught(self):
        terminal = self.attached()
        self.stopped(terminal, signal.SIGSTOP)
        termios.tcsetattr(terminal.slave, termios.TCSANOW, terminal.before[0])  # as shells do
        self.continued(terminal)
        self.detach(terminal)

    def test_a_size_that_changes_while_it_connects(self):
        with FakeSupervisor(self.directory) as supervisor:
            terminal = self.attach("web", columns=80, rows=24)
            supervisor.accept()
            self.assertIn("cols=80&rows=24", supervisor.target)
            terminal.resize(100, 30)
            supervisor.begin()
            self.assertEqual(supervisor.hear(), {"resize": [100, 30]})
            terminal.type("\x02d")
            self.assertEqual(terminal.end(), 0)

    # ---- Nobody holds up anybody

    def test_a_paste_into_a_program_that_does_not_read(self):
        self.start("web: stty -icanon; echo up; exec sleep 1000\nother: while read -r line; do echo \"got $line\"; done\n")
        terminal = self.attach("web")
        terminal.expect("up")
        terminal.type(b"x" * (1 << 20))
        self.assertIn("running", self.pm("ps"))
        other = self.attach("other")
        other.type("hello\r")
        other.expect("got hello")
        self.detach(other, "other.1")
        terminal.process.terminate()
        terminal.end()
        self.assertIn("web.1", self.pm("restart", "web"))

    def test_the_detach_keys_work_behind_what_nobody_reads(self):
        self.start("web: stty -icanon; echo up; exec sleep 1000\n")
        terminal = self.attach("web")
        terminal.expect("up")
        terminal.type(b"x" * (6 << 20))  # more than is kept anywhere
        self.detach(terminal)

    def test_nothing_of_a_paste_is_lost(self):
        size = 1 << 20
        self.start(f"web: stty raw -echo; echo up; head -c {size} | cksum; exec cat\n")
        terminal = self.attach("web")
        terminal.expect("up")
        paste = bytes(33 + i * 7 % 90 for i in range(size))
        terminal.type(paste)
        wanted = subprocess.run(["cksum"], input=paste, capture_output=True).stdout.decode().strip()
        terminal.expect(wanted)

    def test_a_viewer_that_does_not_read_is_shown_the_end(self):
        self.start("web: read -r line; seq 1 300000; echo the end; exec cat\n", "--pty", "always", "--mute", "web")
        stuck, other = self.attach("web"), self.attach("web")
        stuck.expect("started with pid")
        other.expect("started with pid")
        stuck.process.send_signal(signal.SIGSTOP)
        other.type("go\r")
        other.expect("the end")
        self.assertIn("running", self.pm("ps"))
        stuck.process.send_signal(signal.SIGCONT)
        stuck.expect("the end")
        self.assertLess(stuck.size, other.size / 2)
        self.detach(other)

    # ---- The route itself, for clients of other makes

    def test_answers_a_plain_request_with_426(self):
        self.start("web: cat\n")
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(f"{self.directory}/.pm.sock")
            client.sendall(b"GET /v1/attach/web HTTP/1.1\r\nConnection: close\r\n\r\n")
            answer = b""
            while piece := client.recv(4096):
                answer += piece
        head, body = answer.decode().split("\r\n\r\n")
        self.assertIn("426 Upgrade Required", head)
        self.assertIn("Upgrade: websocket", head)
        self.assertEqual(json.loads(body)["error"]["code"], "upgrade_required")


if __name__ == "__main__":
    unittest.main(verbosity=2)
