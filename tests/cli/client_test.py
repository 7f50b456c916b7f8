#!/usr/bin/env python3
"""The commands that ask a running supervisor, against one that says what the test wants. usage: client_test.py PM"""

import fcntl
import json
import os
import pathlib
import pty
import re
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import unittest

from fake_supervisor import FakeSupervisor, chunk, error, process, reply, result, stream, stream_head

PM = os.path.abspath(sys.argv.pop(1))
CLEAN = {name: value for name, value in os.environ.items()
         if not name.startswith("PM_") and name not in ("PORT", "NO_COLOR")}
CLEAN |= {"TERM": "xterm", "TZ": "UTC"}
STOP_FAILED = {"results": [result("web.1", goal="down", how="failed", reason="it cannot be killed")]}
SELECTOR_COMMANDS = ("stop", "restart", "kill", "why")
CLIENT_COMMANDS = (["ps"], ["logs"], ["why", "web"], ["events"], ["stop", "web"], ["restart", "web"], ["kill", "web"],
                   ["scale", "web=2"], ["signal", "HUP", "web"], ["reload"], ["quit"])
# Listens and is stopped before it answers.
ASLEEP = r"""
import os, signal, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(".pm.sock")
listener.listen()
print("listening", flush=True)
os.kill(os.getpid(), signal.SIGSTOP)
connection = listener.accept()[0]
connection.recv(65536)
connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(sys.argv[1])}\r\n\r\n{sys.argv[1]}".encode())
"""

# Answers and is stopped before it ends.
ENDING = r"""
import os, signal, socket
listener = socket.socket(socket.AF_UNIX)
listener.bind(".pm.sock")
listener.listen()
print("listening", flush=True)
connection = listener.accept()[0]
connection.recv(65536)
connection.sendall(b"HTTP/1.1 202 OK\r\nContent-Length: 2\r\n\r\n{}")
os.kill(os.getpid(), signal.SIGSTOP)
"""


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name).resolve()

    def supervisor(self, answers, path=".pm.sock"):
        fake = FakeSupervisor(str(self.dir / path), answers)
        self.addCleanup(fake.close)
        return fake

    def pm(self, *arguments, env=None, cwd=None, **options):
        return subprocess.run([PM, *arguments], env={**CLEAN, **(env or {})}, cwd=cwd or self.dir, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60, **options)

    def on_terminal(self, *arguments, columns=80, env=None):
        """What a terminal shows of the command, and its exit code."""
        main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        child = subprocess.Popen([PM, *arguments], env={**CLEAN, **(env or {})}, cwd=self.dir, stdin=side, stdout=side,
                                 stderr=side, start_new_session=True)
        os.close(side)
        shown = b""
        try:
            while piece := os.read(main, 65536):
                shown += piece
        except OSError:
            pass  # the end of a terminal
        os.close(main)
        return shown.decode().replace("\r\n", "\n"), child.wait(60)

    def expect(self, done, status, out=None, err=""):
        self.assertEqual(done.returncode, status, done.stderr)
        if err == "":
            self.assertEqual(done.stderr, "")
        self.assertIn(err, done.stderr)
        if out is not None:
            self.assertEqual(done.stdout, out)


class Finding(Case):
    def test_without_a_supervisor_every_command_says_how_to_start_one(self):
        for arguments in CLIENT_COMMANDS:
            with self.subTest(arguments=arguments):
                done = self.pm(*arguments)
                self.expect(done, 3, "", "pm: error: no supervisor answers at ./.pm.sock\n  hint: start one here with 'pm start'")

    def test_pm_alone_shows_the_state(self):
        self.assertIn("Nothing runs here", self.pm().stdout)
        self.supervisor({"GET /v1/processes/all": (200, {"processes": [process("web.1")]})})
        done = self.pm()
        self.expect(done, 0)
        self.assertIn("web.1", done.stdout)

    def test_a_socket_that_nobody_listens_at_is_none(self):
        fake = self.supervisor({})
        fake.close()
        self.assertTrue((self.dir / ".pm.sock").exists())
        self.expect(self.pm("ps"), 3, "", "no supervisor answers at ./.pm.sock")

    def test_flag_beats_variable_beats_the_nearest_upwards(self):
        self.supervisor({"GET /v1/processes/all": (200, {"processes": []})})
        self.supervisor({"GET /v1/processes/all": (200, {"processes": [process("named.1")]})}, "named")
        (self.dir / "a/b").mkdir(parents=True)
        inner = self.dir / "a/b"
        names = lambda *arguments, **options: self.pm("ps", *arguments, **options).stdout.count("named.1")
        self.assertEqual(names(cwd=inner), 0)
        self.assertEqual(self.pm("ps", cwd=inner).returncode, 0)
        self.assertEqual(names(cwd=inner, env={"PM_SOCKET": "../../named"}), 1)
        self.assertEqual(names("-s", "../../.pm.sock", cwd=inner, env={"PM_SOCKET": "../../named"}), 0)
        self.assertEqual(names("--socket", str(self.dir / "named"), cwd=inner), 1)
        self.expect(self.pm("ps", "-s", "none"), 3, "", "no supervisor answers at ./none")
        for arguments in (["ps"], ["attach", "-w", "web"]):
            self.expect(self.pm(*arguments, env={"PM_SOCKET": "none"}), 3, "", "\n  hint: PM_SOCKET names that socket\n")
            self.assertNotIn("PM_SOCKET", self.pm(*arguments, "-s", "none", env={"PM_SOCKET": "another"}).stderr)

    def test_a_path_longer_than_an_address(self):
        deep = self.dir / ("d" * 100) / ("e" * 100)
        deep.mkdir(parents=True)
        self.supervisor({"GET /v1/processes/all": (200, {"processes": []})}, str(deep.relative_to(self.dir) / ".pm.sock"))
        self.assertEqual(self.pm("ps", cwd=deep).returncode, 0)

    def test_a_supervisor_that_goes_away(self):
        self.supervisor({"GET /v1/processes/all": (None,), "POST /v1/processes/web/stop": (None,)})
        for arguments in (["ps"], ["stop", "web"]):
            self.expect(self.pm(*arguments), 3, "", "the supervisor at ./.pm.sock went away before it had answered")

    def test_a_supervisor_that_is_stopped(self):
        for arguments, body in ((["ps"], {"processes": []}), (["stop", "web"], {"results": [result("web.1", goal="down")]}),
                                (["logs"], {})):
            with self.subTest(arguments=arguments):
                asleep = subprocess.Popen([sys.executable, "-c", ASLEEP, json.dumps(body)], cwd=self.dir, stdout=subprocess.PIPE)
                self.assertEqual(asleep.stdout.readline(), b"listening\n")
                client = subprocess.Popen([PM, *arguments], env=CLEAN, cwd=self.dir, stdout=subprocess.DEVNULL,
                                          stderr=subprocess.PIPE, text=True)
                told = client.stderr.readline() + client.stderr.readline()
                asleep.send_signal(signal.SIGCONT)
                told += client.communicate(timeout=60)[1]
                self.assertEqual(told, f"pm: warning: the supervisor (pid {asleep.pid}) is stopped and does not answer\n"
                                       f"  hint: 'fg' in its terminal, or 'kill -CONT {asleep.pid}', lets it go on\n")
                self.assertEqual(client.returncode, 0)
                asleep.communicate(timeout=60)
                os.unlink(self.dir / ".pm.sock")

    def test_one_that_is_stopped_while_it_ends(self):
        ending = subprocess.Popen([sys.executable, "-c", ENDING], cwd=self.dir, stdout=subprocess.PIPE)
        self.assertEqual(ending.stdout.readline(), b"listening\n")
        client = subprocess.Popen([PM, "quit"], env=CLEAN, cwd=self.dir, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                  text=True)
        self.assertEqual(client.stderr.readline(),
                         f"pm: warning: the supervisor (pid {ending.pid}) is stopped and does not answer\n")
        ending.send_signal(signal.SIGCONT)
        client.communicate(timeout=60)
        self.assertEqual(client.returncode, 0)
        ending.communicate(timeout=60)

    def test_a_process_cannot_be_attached_to_from_within(self):
        inside = {"PM_SOCKET": str(self.dir / ".pm.sock"), "PS": "web.1", "PM_TYPE": "web"}
        for name in ("web.1", "web"):
            self.expect(self.pm("attach", "-w", name, env=inside), 2, "", f"this command runs in '{name}' and would show itself")
        self.expect(self.pm("attach", "-w", "worker", env=inside), 3, "", "no supervisor answers")
        self.expect(self.pm("attach", "-w", "web", "-s", "other", env=inside), 3, "", "no supervisor answers")

    def test_what_is_no_http(self):
        self.supervisor({"GET /v1/processes/all": lambda connection: connection.sendall(b"SSH-2.0-x\r\n\r\n")})
        self.assertEqual(self.pm("ps").returncode, 1)

    def test_what_is_no_json(self):
        self.supervisor({"GET /v1/processes/all": (200, "[")})
        self.expect(self.pm("ps"), 1, "", "pm: error: ")


class Errors(Case):
    def test_each_status_has_its_exit_code(self):
        for status, code, exit_code in ((400, "bad_request", 2), (403, "forbidden", 1), (404, "not_found", 2),
                                        (409, "conflict", 1), (422, "invalid_configuration", 2),
                                        (500, "operation_failed", 1), (503, "unavailable", 1)):
            with self.subTest(status=status):
                answer = error(status, code, "no process is called 'wbe'", "did you mean 'web'?")
                path = f"sock{status}"
                self.supervisor({"POST /v1/processes/wbe/restart": answer, "GET /v1/processes/wbe": answer,
                                 "GET /v1/processes/wbe/why": answer, "POST /v1/shutdown": answer,
                                 "POST /v1/processes/wbe/signal": answer, "PATCH /v1/formation": answer,
                                 "POST /v1/reload": answer, "GET /v1/logs?process=wbe": answer,
                                 "GET /v1/events": answer}, path)
                for arguments in (["ps", "wbe"], ["restart", "wbe"], ["why", "wbe"], ["signal", "1", "wbe"], ["quit"],
                                  ["scale", "wbe=1"], ["reload"], ["logs", "wbe"], ["events"]):
                    self.expect(self.pm(*arguments, "-s", path), exit_code, "",
                                "pm: error: no process is called 'wbe'\n  hint: did you mean 'web'?\n")
                done = self.pm("ps", "wbe", "--json", "-s", path)
                self.assertEqual(json.loads(done.stdout)["error"]["code"], code)
                self.assertEqual(done.returncode, exit_code)

    def test_mistakes_are_told_before_anybody_is_asked(self):
        for arguments, message, hint in (
            *(([command], f"pm {command} needs to know which processes", f"pm {command} web, pm {command} all")
              for command in SELECTOR_COMMANDS),
            (["attach"], "pm attach takes one process", "name one, as web.1"),
            (["scale"], "pm scale needs to know what to change", "pm scale worker=3"),
            (["scale", "worker=many"], "'many'", "whole number"),
            (["scale", "worker"], "'worker'", ""),
            (["signal"], "pm signal needs a signal and processes", "pm signal HUP web"),
            (["signal", "HUP"], "pm signal HUP needs to know which processes", "pm signal HUP web"),
            (["signal", "HUPP", "web"], "'HUPP' is no signal", "signal(7)"),
            (["signal", "99", "web"], "'99' is no signal", "signal(7)"),
            (["logs", "-n", "x"], "-n 'x' is no number of lines", "whole number"),
            (["logs", "-n", "-1"], "-n '-1' is no number of lines", "whole number"),
            (["events", "-n", "x"], "-n 'x' is no number of lines", "whole number"),
            (["logs", "--since", "monday"], "--since 'monday' is no duration", "2m"),
            (["ps", "--color", "blue"], "--color cannot be 'blue'", "auto"),
            (["logs", "--color", "blue"], "--color cannot be 'blue'", "auto"),
            (["why", "--color", "blue", "web"], "--color cannot be 'blue'", "auto"),
            (["events", "--color", "blue"], "--color cannot be 'blue'", "auto"),
            (["quit", "web"], "pm quit takes no argument 'web'", "--help"),
            (["reload", "web"], "pm reload takes no argument 'web'", "--help"),
            (["stop", "--no-wiat", "web"], "pm stop has no flag '--no-wiat'", "--no-wait"),
        ):
            with self.subTest(arguments=arguments):
                done = self.pm(*arguments)
                self.expect(done, 2, "", "pm: error: ")
                self.assertIn(message, done.stderr)
                self.assertIn(hint, done.stderr)


class Ps(Case):
    PROCESSES = [
        process("web.1"),
        process("worker.1", state="backoff", pid=None, port=None, uptime_s=None, cpu_percent=None, rss_bytes=None,
                exit_code=1, last_lived_s=0.3, next_restart_s=4.0, restarts=4),
    ]
    TABLE = """\
NAME      STATE     PID  PORT  UPTIME  RESTARTS   CPU     MEM  LAST EXIT
web.1     running  4711  5000  2h 14m         0  3.1%  212 MB  -
worker.1  backoff     -     -       -         4     -       -  code 1 after 0.3s, retry in 4.0s
"""

    def setUp(self):
        super().setUp()
        self.fake = self.supervisor({"GET /v1/processes/all": (200, {"processes": self.PROCESSES}),
                                     "GET /v1/processes/web,worker.1": (200, {"processes": self.PROCESSES})})

    def test_a_table(self):
        self.expect(self.pm("ps"), 0, self.TABLE)
        self.expect(self.pm("status", "web,worker.1"), 0, self.TABLE)
        self.expect(self.pm("ps", "web", "worker.1"), 0, self.TABLE)

    def test_json_is_the_answer(self):
        done = self.pm("ps", "--json")
        self.expect(done, 0)
        self.assertEqual(json.loads(done.stdout), {"processes": self.PROCESSES})

    def test_colors_by_state_on_a_terminal(self):
        shown, status = self.on_terminal("ps", columns=200)
        self.assertEqual((status, "\x1b[32mrunning\x1b[m" in shown, "\x1b[33mbackoff\x1b[m" in shown), (0, True, True))
        self.assertEqual(re.sub("\x1b\\[\\d*m", "", shown), self.TABLE)
        self.assertNotIn("\x1b", self.on_terminal("ps", env={"NO_COLOR": "1"})[0])
        self.assertNotIn("\x1b", self.on_terminal("ps", "--color", "never")[0])
        self.assertIn("\x1b[32m", self.pm("ps", "--color", "always").stdout)

    def test_no_line_is_wider_than_the_terminal(self):
        for columns in range(1, 100):
            shown, _ = self.on_terminal("ps", columns=columns, env={"NO_COLOR": "1"})
            self.assertEqual(shown.count("\n"), 3)
            self.assertLessEqual(max(map(len, shown.splitlines())), columns)
        self.assertIn("code 1 aft…", self.on_terminal("ps", columns=74, env={"NO_COLOR": "1"})[0])

    def test_a_full_disk(self):
        with open("/dev/full", "w") as full:
            done = subprocess.run([PM, "ps"], cwd=self.dir, env=CLEAN, stdout=full, stderr=subprocess.PIPE)
        self.assertEqual((done.returncode, b"cannot write to stdout" in done.stderr), (1, True))


class Operations(Case):
    def check(self, arguments, request, answer, status, out, err="", body=""):
        with self.subTest(arguments=arguments, answer=answer):
            path = f"sock{len(os.listdir(self.dir))}"
            fake = self.supervisor({request: answer}, path)
            done = self.pm(*arguments, "-s", path)
            self.expect(done, status, out, err)
            self.assertEqual(fake.seen[0][:2], (request, body))

    def test_stop_restart_and_kill_tell_what_they_have_done(self):
        down = dict(goal="down", pid=None, pid_before=4711, exit_code=0)
        killed = dict(goal="down", pid=None, pid_before=4711, signal="SIGKILL")
        renewed = dict(goal="renewed", pid_before=4711, pid=4740)
        for arguments, results, out in (
            (["stop", "web"], [result("web.1", **down), result("web.2", **{**killed, "took_s": 5.01})],
             "web.1 stopped (exited with code 0, 0.4s)\nweb.2 stopped (killed by SIGKILL, 5.0s)\n"),
            (["stop", "web"], [result("web.1", **{**down, "how": "unchanged"})], "web.1 was stopped already\n"),
            (["stop", "web"], [result("web.1", goal="down", pid=None)], "web.1 stopped\n"),
            (["kill", "web"], [result("web.1", **killed)], "web.1 killed (killed by SIGKILL, 0.4s)\n"),
            (["restart", "web"], [result("web.1", **renewed), result("web.2", goal="renewed", pid=4741)],
             "web.1 restarted (pid 4711 → 4740, 0.4s)\nweb.2 started (pid 4741)\n"),
        ):
            self.check(arguments, f"POST /v1/processes/web/{arguments[0]}", (200, {"results": results, "processes": []}), 0, out)

    def test_what_did_not_come_out_is_an_error(self):
        done = result("web.1", goal="renewed", pid_before=1, pid=2)
        failed = result("web.2", goal="renewed", how="failed", pid=None, reason="the command is not found")
        other = result("web.3", goal="renewed", how="superseded", pid=None)
        answer = error(500, "operation_failed", "web.2 failed", results=[done, failed, other], processes=[])
        self.check(["restart", "web"], "POST /v1/processes/web/restart", answer, 1, "web.1 restarted (pid 1 → 2, 0.4s)\n",
                   "pm: error: web.2 was not restarted: the command is not found\n"
                   "pm: error: web.3 was not restarted: somebody asked for something else meanwhile\n"
                   "  hint: 'pm why web.2' tells more")
        self.check(["stop", "web"], "POST /v1/processes/web/stop", (500, STOP_FAILED), 1, "",
                   "web.1 was not stopped: it cannot be killed")

    def test_json_is_the_answer_also_of_failures(self):
        answer = error(500, "operation_failed", "web.1 failed", **STOP_FAILED)
        self.supervisor({"POST /v1/processes/web/stop": answer})
        done = self.pm("stop", "web", "--json")
        self.expect(done, 1, None, "web.1 failed")
        self.assertEqual(json.loads(done.stdout), answer[1])

    def test_no_wait(self):
        accepted = (202, {"accepted": True, "results": [], "processes": [process("web.1"), process("web.2")]})
        for verb in "stop", "restart", "kill":
            self.check([verb, "web", "--no-wait"], f"POST /v1/processes/web/{verb}?wait=false", accepted, 0,
                       f"web.1 asked to {verb}\nweb.2 asked to {verb}\n")
        self.check(["scale", "web=2", "--no-wait"], "PATCH /v1/formation?wait=false",
                   (202, {"accepted": True, "results": [], "formation": {"web": 2}, "previous": {"web": 1}}), 0,
                   "web 1 → 2\n", body='{"web":"2"}')
        self.check(["reload", "--no-wait"], "POST /v1/reload?wait=false",
                   (202, {"accepted": True, "results": [], "reload": {"added": ["a"], "removed": [], "changed": []}}), 0,
                   "added a\n")

    def test_scale(self):
        answer = (200, {"formation": {"web": 1, "worker": 3, "clock": 0}, "previous": {"web": 1, "worker": 1, "clock": 1},
                        "results": [result("worker.2", pid=4730), result("worker.3", pid=4731),
                                    result("clock.1", goal="down", pid=None, pid_before=5, exit_code=0)]})
        out = ("clock 1 → 0\nclock.1 stopped (exited with code 0, 0.4s)\n"
               "web stays 1\n"
               "worker 1 → 3\nworker.2 started (pid 4730)\nworker.3 started (pid 4731)\n")
        self.check(["scale", "worker+2", "web=1", "clock-1"], "PATCH /v1/formation", answer, 0, out,
                   body='{"worker":"+2","web":"1","clock":"-1"}')

    def test_reload(self):
        answer = (200, {"reload": {"added": ["queue"], "removed": ["clock"], "changed": ["web", "worker"]},
                        "results": [result("queue.1", pid=7), result("clock.1", goal="down", pid=None, exit_code=0),
                                    result("web.1", goal="renewed", pid_before=1, pid=8)]})
        self.check(["reload"], "POST /v1/reload", answer, 0,
                   "added queue\nremoved clock\nchanged web, worker\nqueue.1 started (pid 7)\n"
                   "clock.1 stopped (exited with code 0, 0.4s)\nweb.1 restarted (pid 1 → 8, 0.4s)\n")
        self.check(["reload"], "POST /v1/reload", (200, {"reload": {"added": [], "removed": [], "changed": []}, "results": []}),
                   0, "nothing to start, stop or restart\n")

    def test_signal(self):
        self.check(["signal", "hup", "web"], "POST /v1/processes/web/signal",
                   (200, {"results": [result("web.1")]}), 0, "web.1 was sent SIGHUP (pid 4711)\n",
                   body='{"signal":"SIGHUP"}')
        self.check(["signal", "10", "web"], "POST /v1/processes/web/signal",
                   error(500, "operation_failed", "x", results=[result("web.1", how="failed", reason="it has no process")]),
                   1, "", "pm: error: web.1 was not sent SIGUSR1: it has no process", body='{"signal":"SIGUSR1"}')

    def test_selectors_are_encoded(self):
        self.check(["stop", "w?b", "a/b,c"], "POST /v1/processes/w%3Fb,a%2Fb,c/stop", (200, {"results": []}), 0, "")


class OnATerminal(Case):
    def test_entries_stand_side_by_side(self):
        results = [result(f"web.{i}", goal="renewed", pid_before=10 + i, pid=20 + i) for i in range(1, 4)]
        self.supervisor({"POST /v1/processes/web/restart": (200, {"results": results})})
        shown, status = self.on_terminal("restart", "web", columns=80)
        self.assertEqual((shown, status), ("web.1 restarted (pid 11 → 21, 0.4s)   web.2 restarted (pid 12 → 22, 0.4s)\n"
                                           "web.3 restarted (pid 13 → 23, 0.4s)\n", 0))

    def test_a_scale_is_one_line_a_type(self):
        few = [result(f"web.{i}", pid=10 + i) for i in (2, 3)]
        many = [result(f"web.{i}", pid=10 + i) for i in range(2, 301)]
        for results, columns, out in (
            (few, 80, "web 1 → 300   web.2 started (pid 12), web.3 started (pid 13)\n"),
            (few, 40, "web 1 → 300   web.2 started (pid 12),\n              web.3 started (pid 13)\n"),
            (many, 80, "web 1 → 300   299 started\n"),
        ):
            path = f"sock{len(os.listdir(self.dir))}"
            self.supervisor({"PATCH /v1/formation": (200, {"formation": {"web": 300}, "previous": {"web": 1}, "results": results})}, path)
            self.assertEqual(self.on_terminal("scale", "web=300", "-s", path, columns=columns), (out, 0))

    def stopping(self, looks):
        """A supervisor whose stop is done once it was looked at that often."""
        looked = threading.Semaphore(0)
        answers = {}

        def stop(connection):
            for _ in range(looks):
                looked.acquire()
            return reply(connection, 200, {"results": [result("web.1", goal="down", pid=None, exit_code=0)]})

        def look(connection):
            reply(connection, 200, {"processes": [
                process(f"web.{i}", state="stopping", kill_in_s=2.7, since="2999-01-01T00:00:00.000000Z") for i in (1, 2, 3)]})
            looked.release()
            return True

        answers |= {"POST /v1/processes/web/stop": stop, "GET /v1/processes/web": look}
        fake = self.supervisor(answers)
        self.addCleanup(looked.release, looks + 1)
        return fake

    def test_a_live_line_shows_what_is_still_stopping(self):
        self.stopping(2)
        shown, status = self.on_terminal("stop", "web", columns=90)
        self.assertEqual(status, 0)
        line = "\r\x1b[Kweb.1 stopping 0.0s, SIGKILL in 2.7s · web.2 stopping 0.0s, SIGKILL in 2.7s · 1 more"
        self.assertTrue(shown.startswith(line), repr(shown))
        self.assertTrue(shown.endswith("\r\x1b[Kweb.1 stopped (exited with code 0, 0.4s)\n"), repr(shown))
        self.assertNotIn("\n", shown[:-1])

    def test_it_fits_the_terminal(self):
        self.stopping(1)
        shown, _ = self.on_terminal("stop", "web", columns=30)
        self.assertTrue(shown.startswith("\r\x1b[Kweb.1 stopping 0.0s, SIGKILL…\r\x1b[K"), repr(shown))

    def test_there_is_none_elsewhere(self):
        for options in ({"env": {"TERM": "dumb"}}, {}):
            self.stopping(0)
            shown = self.on_terminal("stop", "web", **options)[0] if options else self.pm("stop", "web").stdout
            self.assertEqual(shown, "web.1 stopped (exited with code 0, 0.4s)\n")
            os.unlink(self.dir / ".pm.sock")

    def test_an_interrupt_leaves_nothing_of_it(self):
        self.stopping(1000)
        main, side = pty.openpty()
        child = subprocess.Popen([PM, "stop", "web"], env=CLEAN, cwd=self.dir, stdin=side, stdout=side, stderr=side,
                                 start_new_session=True)
        os.close(side)
        shown = os.read(main, 65536)
        child.send_signal(signal.SIGINT)
        self.assertEqual(child.wait(60), -signal.SIGINT)
        try:
            while piece := os.read(main, 65536):
                shown += piece
        except OSError:
            pass
        os.close(main)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), shown)


class Start(Case):
    def setUp(self):
        super().setUp()
        (self.dir / "Procfile").write_text("web: exit 3\nworker: true\n")

    def test_bare_names_start_where_a_supervisor_runs(self):
        fake = self.supervisor({"POST /v1/processes/web,worker.2/start": (200, {"results": [
            result("web.1", pid=12), result("worker.2", how="unchanged", pid=13)]}),
            "POST /v1/processes/web/start?wait=false": (202, {"accepted": True, "results": [], "processes": [process("web.1")]})})
        self.expect(self.pm("start", "web", "worker.2"), 0, "web.1 started (pid 12)\nworker.2 was running already (pid 13)\n")
        self.expect(self.pm("start", "web", "--no-wait"), 0, "web.1 asked to start\n")
        self.assertEqual(json.loads(self.pm("s", "--json", "web", "worker.2").stdout)["results"][0]["pid"], 12)
        self.assertEqual(len(fake.seen), 3)

    def test_anything_else_is_told_who_holds_the_socket(self):
        self.supervisor({})
        for arguments in (["start"], ["start", "web=2"], ["start", "web", "worker=1"]):
            done = self.pm(*arguments)
            self.expect(done, 1, "", f"a supervisor (pid {os.getpid()}) runs already and holds {self.dir}/.pm.sock")
            self.assertIn("'pm quit' ends it", done.stderr)

    def test_without_a_procfile_the_nearest_supervisor_upwards_is_meant(self):
        fake = self.supervisor({"POST /v1/processes/web/start": (200, {"results": [result("web.1", pid=12)]})})
        (self.dir / "sub").mkdir()
        self.expect(self.pm("start", "web", cwd=self.dir / "sub"), 0, "web.1 started (pid 12)\n")
        self.expect(self.pm("start", cwd=self.dir / "sub"), 2, "", "no Procfile here")
        self.expect(self.pm("start", "web=2", cwd=self.dir / "sub"), 2, "", "no Procfile here")
        self.assertEqual(fake.requests(), ["POST /v1/processes/web/start"])

    def test_who_named_a_socket_that_cannot_be_made_is_told(self):
        hint = "PM_SOCKET names that socket"
        self.expect(self.pm("start", env={"PM_SOCKET": "none/sock"}), 1, "", hint)
        self.assertNotIn(hint, self.pm("start", "-s", "none/sock", env={"PM_SOCKET": "another"}).stderr)

    def test_who_wanted_panes_is_told_how_to_get_them(self):
        self.supervisor({})
        self.assertIn("'pm panes' opens them for what it runs", self.on_terminal("start", "--panes")[0])
        self.assertNotIn("pm panes", self.on_terminal("start")[0])

    def test_another_socket_or_none_is_another_supervisor(self):
        self.supervisor({})
        for flags in (["--no-socket"],):
            done = self.pm("start", *flags, "-r", "never")
            self.assertEqual(done.returncode, 3, done.stderr)  # web's exit code
        self.supervisor({}, "other")
        self.expect(self.pm("start", "-s", "other"), 1, "", f"holds {self.dir}/other")
        hint = "PM_SOCKET names that socket, as in every process that pm starts"
        self.assertNotIn(hint, self.pm("start", "-s", "other", env={"PM_SOCKET": "another"}).stderr)
        done = self.pm("start", env={"PM_SOCKET": "other"})
        self.expect(done, 1, "", f"holds {self.dir}/other")
        self.assertIn(hint, done.stderr)

    def test_flags_for_a_running_one_need_one(self):
        for flag in "--json", "--no-wait":
            self.expect(self.pm("start", "web", flag), 3, "", "no supervisor answers at ./.pm.sock")


class Logs(Case):
    def test_lines_are_relayed_byte_for_byte(self):
        fake = self.supervisor({"GET /v1/logs": stream("web.1 | \x1b[1ma", "\x1b[m\n", "web.1 | b\tü\n")})
        self.expect(self.pm("logs"), 0, "web.1 | \x1b[1ma\x1b[m\nweb.1 | b\tü\n")
        self.assertEqual(fake.seen[0][2], "text/plain")

    def test_flags_become_a_query(self):
        for arguments, query in (
            (["-f"], "tail=10&follow=true"),
            (["-f", "-n", "0"], "tail=0&follow=true"),
            (["-n", "5", "web", "worker.1,clock"], "process=web&process=worker.1&process=clock&tail=5"),
            (["--since", "10m", "-f"], "since=600s&follow=true"),
            (["--no-prefix"], "prefix=false"),
            (["--color", "always"], "color=true"),
        ):
            with self.subTest(arguments=arguments):
                path = f"sock{len(os.listdir(self.dir))}"
                fake = self.supervisor({f"GET /v1/logs?{query}": stream("x\n")}, path)
                self.expect(self.pm("logs", *arguments, "-s", path), 0, "x\n")
                self.assertEqual(fake.requests(), [f"GET /v1/logs?{query}"])

    def test_json_asks_for_records(self):
        fake = self.supervisor({"GET /v1/logs": stream('{"line":"a"}\n', kind="application/x-ndjson")})
        self.expect(self.pm("logs", "--json"), 0, '{"line":"a"}\n')
        self.assertEqual(fake.seen[0][2], "application/x-ndjson")

    def test_on_a_terminal(self):
        fake = self.supervisor({"GET /v1/logs?color=true&terminal=true": stream("x\n")})
        self.assertEqual(self.on_terminal("logs"), ("x\n", 0))
        self.assertEqual(len(fake.seen), 1)

    def test_a_stream_that_is_cut_is_an_error(self):
        self.supervisor({"GET /v1/logs?tail=10&follow=true": stream("a\n", ends=False)})
        self.expect(self.pm("logs", "-f"), 3, "a\n", "went away")

    def test_a_reader_that_has_seen_enough(self):
        more = threading.Event()

        def endless(connection):
            stream_head(connection)
            chunk(connection, "a\n")
            more.wait(60)
            try:
                while True:
                    chunk(connection, "b\n" * 1000)
            except OSError:
                return False

        self.supervisor({"GET /v1/logs?tail=10&follow=true": endless})
        for ignored in False, True:
            more.clear()
            child = subprocess.Popen([PM, "logs", "-f"], env=CLEAN, cwd=self.dir, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                     restore_signals=not ignored)
            self.assertEqual(child.stdout.readline(), b"a\n")
            child.stdout.close()
            more.set()
            self.assertIn(child.wait(60), (0, -signal.SIGPIPE))
            self.assertEqual(child.stderr.read(), b"")
            child.stderr.close()

    def test_a_reader_that_goes_while_nothing_comes_is_noticed(self):
        ends = threading.Event()

        def silent(connection):
            stream_head(connection)
            chunk(connection, "a\n")
            ends.wait(60)
            return False

        self.supervisor({"GET /v1/logs?tail=10&follow=true": silent})
        child = subprocess.Popen([PM, "logs", "-f"], env=CLEAN, cwd=self.dir, stdout=subprocess.PIPE)
        self.assertEqual(child.stdout.readline(), b"a\n")
        child.stdout.close()
        self.assertEqual(child.wait(60), 0)
        ends.set()


class Events(Case):
    EVENTS = [
        {"time": "2026-01-02T14:03:21.000000Z", "event": "state", "process": "worker.1", "state": "running", "from": "starting",
         "generation": 2, "pid": 12, "exit_code": None, "signal": None, "next_restart_s": None, "reason": None},
        {"time": "2026-01-02T14:03:22.000000Z", "event": "state", "process": "worker.1", "state": "backoff", "from": "running",
         "generation": 2, "pid": None, "exit_code": 1, "signal": None, "next_restart_s": 0.5, "reason": "exited with code 1 after 0.3s"},
        {"time": "2026-01-02T14:03:23.000000Z", "event": "formation", "formation": {"web": 2, "worker": 0}},
        {"time": "2026-01-02T14:03:24.000000Z", "missed": 12},
        {"time": "2026-01-02T14:03:25.000000Z", "event": "reload", "added": ["a", "b"], "removed": [], "changed": ["web"]},
        {"time": "2026-01-02T14:03:26.000000Z", "event": "shutdown", "reason": "a user asked for it"},
    ]

    def test_a_line_each(self):
        text = "".join(json.dumps(event) + "\n" for event in self.EVENTS)
        self.supervisor({"GET /v1/events": stream(text[:50], text[50:400], text[400:], kind="application/x-ndjson")})
        self.expect(self.pm("events"), 0, """\
14:03:21  worker.1  running    pid 12
14:03:22  worker.1  backoff    exited with code 1 after 0.3s, next start in 0.5s
14:03:23  pm        formation  web=2 worker=0
          12 events were missed here
14:03:25  pm        reload     added a b, changed web
14:03:26  pm        shutdown   a user asked for it
""")
        self.expect(self.pm("events", "--json"), 0, text)

    def test_the_past(self):
        self.supervisor({"GET /v1/events?tail=5&follow=false": stream("\n")})
        self.expect(self.pm("events", "-n", "5", "--no-follow", "--json"), 0, "\n")


class Why(Case):
    WHY = {"failures": 4, "last": None, "stop": {"signal": "SIGTERM", "timeout_s": 5.0},
           "restart": {"policy": "on-failure", "initial_s": 0.5, "factor": 2.0, "max_s": 30.0, "jitter": 0.1,
                       "reset_after_s": 10.0, "max_restarts": 0, "success_codes": [0]},
           "last_lines": ["\x1b[31merror:\x1b[m cannot reach redis"]}

    def test_it_is_explained(self):
        explained = process("worker.1", state="backoff", pid=None, exit_code=1, last_lived_s=0.3, next_restart_s=3.2,
                            last_ended_at="2026-01-02T14:03:21.000000Z", why=self.WHY)
        self.supervisor({"GET /v1/processes/worker.1/why": (200, {"processes": [explained]})})
        self.expect(self.pm("why", "worker.1"), 0, """\
worker.1 is in backoff: it failed 4 times in a row, the next start is in 3.2s (attempt 5, delays double up to 30s)
  last life   0.3s, exited with code 1 at 2026-01-02 14:03:21
  last lines  error: cannot reach redis
  policy      restart on-failure, backoff 500ms × 2 up to 30s, forgiven after 10s, stopped by SIGTERM, SIGKILL after 5s
  now         pm restart worker.1 starts it at once · pm logs worker.1 shows more
""")
        self.assertEqual(json.loads(self.pm("why", "--json", "worker.1").stdout)["processes"][0]["why"], self.WHY)


class Quit(Case):
    def test_it_returns_when_the_process_is_gone(self):
        script = (f"import sys, threading; sys.path.insert(0, {str(pathlib.Path(__file__).parent)!r})\n"
                  "from fake_supervisor import *\n"
                  "asked = threading.Event()\n"
                  "def shutdown(connection): reply(connection, 202, {}); asked.set(); return True\n"
                  f"FakeSupervisor({str(self.dir / '.pm.sock')!r}, {{'POST /v1/shutdown': shutdown}})\n"
                  "print('ready', flush=True); asked.wait(60)\n"
                  "sys.stdin.read()\n"
                  "os._exit(0)\n")
        fake = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(fake.stdout.close)
        self.addCleanup(fake.kill)
        fake.stdout.readline()
        self.expect(self.pm("quit", "--no-wait"), 0, "")
        quit = subprocess.Popen([PM, "quit"], cwd=self.dir, env=CLEAN, stdout=subprocess.PIPE, text=True)
        with self.assertRaises(subprocess.TimeoutExpired):
            quit.wait(0.5)
        fake.stdin.close()
        self.assertEqual(quit.wait(60), 0)
        self.assertRegex(quit.stdout.read(), f"^the supervisor is gone \\(pid {fake.pid}, [0-9.]+s\\)\n$")
        quit.stdout.close()
        fake.wait(60)


class Completion(Case):
    def test_names_come_from_the_procfile_and_a_running_supervisor(self):
        (self.dir / "Procfile").write_text("web: true\nclock: true\n")
        self.assertEqual(self.pm("completion", "names").stdout, "web\nclock\n")
        self.supervisor({"GET /v1/processes/all": (200, {"processes": [process("web.1"), process("web.2"), process("old.1")]})})
        self.assertEqual(self.pm("completion", "names").stdout, "web\nclock\nold\nweb.1\nweb.2\nold.1\n")
        self.assertEqual(self.pm("completion", "types").stdout, "web\nclock\nold\n")

    def test_a_supervisor_that_is_stuck_holds_nobody_up(self):
        (self.dir / "Procfile").write_text("web: true\n")
        ends = threading.Event()
        self.supervisor({"GET /v1/processes/all": lambda connection: ends.wait(60)})
        self.addCleanup(ends.set)
        self.assertEqual(self.pm("completion", "names").stdout, "web\n")


if __name__ == "__main__":
    unittest.main()
