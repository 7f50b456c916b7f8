#!/usr/bin/env python3
"""The panes as a person uses them: pm within a tmux, keys by send-keys, screens by capture-pane.

Usage: panes_test.py PM
"""

import fcntl
import json
import os
import pathlib
import pty
import re
import shlex
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest

PM = os.path.abspath(sys.argv.pop(1))
PATIENCE = float(os.environ.get("PM_PATIENCE", "60"))  # seconds until a screen shows what it should; only a broken pm makes a test wait that long
PROMPT = "ready$ "


class Terminal:
    """A shell in a tmux of its own."""

    def __init__(self, folder, columns, rows):
        self.socket = os.path.join(folder, "tmux")
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "ENV": os.path.join(folder, "shellrc"), "HOME": folder}
        pathlib.Path(environment["ENV"]).write_text(f"PS1='{PROMPT}'\n")
        for name in ("TMUX", "TMUX_PANE", "PM_SOCKET", "PM_FORMATION", "COLUMNS", "LINES"):
            environment.pop(name, None)
        subprocess.run(["tmux", "-f", "/dev/null", "-S", self.socket, "new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", folder,
                        "sh"], check=True, env=environment)
        self.call("set-option", "-g", "status", "off")
        self.call("set-option", "-g", "set-clipboard", "on")
        self.call("set-option", "-s", "escape-time", "0")
        self.call("resize-window", "-x", str(columns), "-y", str(rows))

    def call(self, *words):
        return subprocess.run(["tmux", "-S", self.socket, *words], check=True, capture_output=True, text=True).stdout

    def screen(self):
        return self.call("capture-pane", "-p")

    def press(self, *keys):
        self.call("send-keys", *keys)

    def type(self, text):
        self.call("send-keys", "-l", text)

    def run(self, command):
        self.type(command)
        self.press("Enter")

    def resize(self, columns, rows):
        self.call("resize-window", "-x", str(columns), "-y", str(rows))

    def end(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], capture_output=True)


def until(condition):
    """Whether it came true in time."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)  # between two looks
    return True


class Panes(unittest.TestCase):
    maxDiff = None
    size = (100, 30)

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="pm-panes-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.terminal = Terminal(folder.name, *self.size)
        self.addCleanup(self.terminal.end)
        self.addCleanup(self.quit)
        self.sees(PROMPT.strip())

    def quit(self):
        if self.pm("quit").returncode == 0:
            self.assertFalse((self.folder / ".pm.sock").exists())

    def pm(self, *arguments):
        return subprocess.run([PM, *arguments], cwd=self.folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def procfile(self, **commands):
        (self.folder / "Procfile").write_text("".join(f"{name}: {command}\n" for name, command in commands.items()))

    def start(self, *arguments, **commands):
        """Opens the panes on processes of these commands."""
        self.procfile(**commands)
        self.terminal.run(shlex.join([PM, "start", "--panes", *arguments]))
        self.sees("C-b ? help")

    def sees(self, *texts):
        """Waits for a screen with all of these."""
        screens = []

        def there():
            screens.append(self.terminal.screen())
            return all(re.search(text, screens[-1]) if isinstance(text, re.Pattern) else text in screens[-1] for text in texts)

        self.assertTrue(until(there), f"never seen: {texts}\n{screens[-1]}")
        return screens[-1]

    def sees_no(self, text):
        self.assertTrue(until(lambda: text not in self.terminal.screen()), f"still there: {text}\n{self.terminal.screen()}")

    def prefix(self, *keys):
        self.terminal.press("C-b", *keys)

    def state(self, name):
        for line in self.pm("ps").stdout.splitlines():
            words = line.split()
            if words and words[0] == name:
                return words[1]
        return None

    def comes_to(self, name, state):
        self.assertTrue(until(lambda: self.state(name) == state), f"{name} is {self.state(name)}\n{self.terminal.screen()}")

    def gets_the_terminal_back_after_a_kill(self):
        """Nobody tells the shell to wait for whoever cleans up: its prompt may have gone to the alternate screen."""
        terminal = self.terminal.call("display-message", "-p", "#{pane_tty}").strip()

        def clean():
            modes = subprocess.run(["stty", "-F", terminal, "-a"], capture_output=True, text=True).stdout
            return " icanon" in modes and self.terminal.call("display-message", "-p", "#{alternate_on}").strip() == "0"

        self.assertTrue(until(clean))
        self.terminal.press("Enter")
        self.has_the_terminal_back()

    def has_the_terminal_back(self):
        """The shell reads lines again, on the main screen, and the mouse and the cursor are the terminal's own."""
        self.sees(re.compile(r"ready\$ *\n*$"))
        self.terminal.run("stty -a | grep -o ' icanon\\| echo ' | tr -d '\\n'; echo \" is $((40 + 2))\"")
        self.sees("icanon echo  is 42")
        flags = self.terminal.call("display-message", "-p", "#{alternate_on} #{mouse_any_flag} #{cursor_flag}")
        self.assertEqual("0 0 1", flags.strip())


class Keys(Panes):
    def setUp(self):
        super().setUp()
        self.start("--exit-when", "never", web="cat", worker="cat", clock="cat")
        self.sees("1 web.1", "2 worker.1", "3 clock.1", "3 up")

    def echoes(self, name, text):
        """What is typed reaches that instance, and only that one."""
        self.terminal.run(text)
        self.assertTrue(until(lambda: f"{name} | {text}" in re.sub(" +", " ", self.pm("logs").stdout)), self.pm("logs").stdout)

    def test_focus(self):
        self.echoes("web.1", "first")
        self.prefix("Right")
        self.echoes("worker.1", "to the right")
        self.prefix("Left")
        self.echoes("web.1", "to the left")
        self.prefix("Down")
        self.echoes("clock.1", "down")
        self.prefix("Up")
        self.echoes("web.1", "up")
        self.prefix("o")
        self.echoes("worker.1", "next")
        self.prefix("3")
        self.echoes("clock.1", "by digit")
        self.prefix("q", "1")
        self.echoes("web.1", "by shown number")

    def test_zoom(self):
        self.prefix("z")
        self.sees("zoomed")
        self.sees_no("worker.1 ")
        self.prefix("z")
        self.sees("2 worker.1")

    def test_layouts(self):
        for name in ("even-horizontal", "even-vertical", "main-horizontal", "main-vertical", "tiled"):
            self.prefix("Space")
            self.sees(name)

    def test_scrollback_search_and_copy(self):
        self.terminal.run("a needle in the hay")
        self.sees(re.compile(r"(?s)needle in the hay.*needle in the hay"))  # or the next line's echo gets between
        for i in range(40):
            self.terminal.run(f"straw {i}")
        self.sees("straw 39")
        self.prefix("[")
        self.sees("[0/")
        self.terminal.press("?")
        self.terminal.type("needle")
        self.terminal.press("Enter")
        self.sees("a needle in the hay")
        self.terminal.press("0", "v", "$", "y")
        self.sees("copied 19 bytes")
        self.assertTrue(until(lambda: self.terminal.call("show-buffer") == "a needle in the hay"), self.terminal.call("list-buffers"))
        self.prefix("[")
        self.sees("[0/")
        self.terminal.press("q")
        self.sees_no("[0/")

    def test_stop_and_start(self):
        self.prefix("x")
        self.sees("stop web.1? y/n")
        self.terminal.press("n")
        self.sees_no("y/n")
        self.assertEqual("running", self.state("web.1"))
        self.prefix("x", "y")
        self.sees("stopped by user", "C-b s starts it", "2 up, 1 stopped")
        self.comes_to("web.1", "stopped")
        self.terminal.type("a")
        self.sees("web.1 does not run")
        self.prefix("s")
        self.sees("3 up")
        self.comes_to("web.1", "running")

    def test_restart(self):
        pid = self.pm("ps", "web.1").stdout
        self.prefix("r")
        self.sees("── started with pid", "killed by SIGTERM")
        self.sees("3 up")
        self.assertNotEqual(pid, self.pm("ps", "web.1").stdout)

    def test_scale(self):
        self.prefix("+")
        self.sees("2 web.2", "4 up")
        self.prefix("-")
        self.sees("web 2 → 1: stop web.2? y/n")
        self.terminal.press("y")
        self.sees_no("web.2")
        self.sees("3 up")

    def test_log(self):
        self.prefix("l")
        self.sees("4 log of all", "web.1    | started with pid")
        self.pm("signal", "KILL", "clock")
        self.sees("clock.1  | killed by SIGKILL")
        self.prefix("l")
        self.sees_no("log of all")

    def test_help(self):
        self.prefix("?")
        self.sees("pm panes", "C-b z ", "give the pane the whole screen")
        self.terminal.press("q")
        self.sees_no("give the pane the whole screen")

    def test_detach_and_come_back(self):
        self.echoes("web.1", "before")
        self.prefix("d")
        self.sees("pm: left the panes, everything runs on: 'pm panes' comes back, 'pm quit' ends it")
        self.has_the_terminal_back()
        self.assertEqual("running", self.state("web.1"))
        self.terminal.run(shlex.join([PM, "panes"]))
        self.sees("1 web.1", "before", "3 up")

    def test_quit(self):
        self.prefix("Q")
        self.sees("stop all 3 processes and end pm? y/n")
        self.terminal.press("n")
        self.sees_no("y/n")
        self.prefix("Q", "y")
        self.sees("pm: the supervisor has ended")
        self.terminal.run("echo status $?")
        self.sees("status 0")
        self.has_the_terminal_back()

    def test_the_prefix_itself(self):
        self.terminal.press("C-b", "C-b", "Enter")
        self.assertTrue(until(lambda: "\x02" in self.pm("logs", "web").stdout), self.pm("logs").stdout)

    def test_mouse(self):
        def report(button, column, row, end):
            self.terminal.type(f"\x1b[<{button};{column};{row}{end}")

        report(0, 60, 5, "M")
        report(0, 60, 5, "m")
        self.echoes("worker.1", "clicked")
        for i in range(40):
            self.terminal.run(f"straw {i}")
        self.sees("straw 39")
        report(64, 60, 5, "M")
        self.sees("[3/")
        report(65, 60, 5, "M")
        self.sees_no("[3/")


class Shapes(Panes):
    def test_every_size(self):
        self.start("--exit-when", "never", web="sh", worker="sh", clock="sh")
        self.sees("3 up")
        for columns, rows in ((20, 5), (300, 100), (3, 2), (1, 1), (80, 24), (20, 5), (100, 30)):
            self.terminal.resize(columns, rows)
            if columns >= 20:
                self.sees("1 web.1", "pm ")
        self.sees("3 up", "2 worker.1", "3 clock.1")
        self.terminal.run("stty size")
        self.sees("12 48")
        self.terminal.resize(300, 100)
        self.sees(re.compile("^┏ 1 web.1 .{280,}"))
        self.terminal.run("stty size")
        self.sees("47 148")

    def test_twelve_processes(self):
        self.start("--exit-when", "never", "web=12", web="cat")
        self.sees("12 up", *(f"web.{i} " for i in range(1, 13)))
        self.terminal.resize(40, 12)
        self.sees("page 1/")
        self.sees_no("web.12 ")
        self.prefix("p")
        self.sees("web.12 ")
        self.prefix("n")
        self.sees("1 web.1 ")


class Children(Panes):
    def test_prompts(self):
        program = self.folder / "ask.py"
        program.write_text("import getpass\nname = input('name? ')\nsecret = getpass.getpass('secret? ')\n"
                           "print('got', name, len(secret), flush=True)\ninput()\n")
        self.start("--exit-when", "never", ask=f"{shlex.quote(sys.executable)} ask.py")
        self.sees("name?")
        self.terminal.run("somebody")
        self.sees("secret?")
        self.terminal.run("hunter2")
        screen = self.sees("got somebody 7")
        self.assertNotIn("hunter2", screen)
        self.assertIn("name? somebody", screen)

    def test_what_has_no_terminal_shows_what_it_writes(self):
        (self.folder / "pm.toml").write_text('[process.web]\npty = "never"\n')
        self.start("--exit-when", "never", web="echo one; echo two; exec sleep 1000")
        self.sees(re.compile("^┃one +┃$", re.M), re.compile("^┃two +┃$", re.M))
        self.terminal.type("a")
        self.sees("web.1 has no terminal to type to")

    def test_the_log_is_rows_whatever_the_programs_do(self):
        self.start("--exit-when", "never", web="read line; printf 'first\\033[2J\\033[H\\033[31msecond\\n'; cat")
        self.terminal.press("Enter")
        self.sees("second")
        self.prefix("l")
        self.sees("web.1 | firstsecond")

    def test_death_on_the_alternate_screen(self):
        self.start("--exit-when", "never", "--restart", "never", full="printf 'go? '; read line; printf '\\033[?1049h\\033[?25l\\033[5;5Hall over'; read line; exit 3", web="cat")
        self.sees("go?")
        self.terminal.press("Enter")
        self.sees("all over")
        self.terminal.press("Enter")
        self.sees("exited with code 3", "C-b s starts it")
        self.prefix("2")
        self.terminal.run("still here")
        self.sees("still here")

    def test_colour_and_size_are_told_to_the_children(self):
        (self.folder / ".env").write_text("COLORTERM=mine\n")
        self.start("--exit-when", "never", web="echo $TERM $COLORTERM; cat")
        self.sees("xterm-256color mine")

    def test_garbage_stays_in_its_pane(self):
        noise = self.folder / "noise.py"
        noise.write_text(
            "import os, random, sys\n"
            "random.seed(7)\n"
            "parts = [b'\\x1b[', b'\\x1b]', b'\\x1bP', b'\\x1b', b'\\x9b', b';', b'?', b'h', b'l', b'm', b'H', b'J', b'r', b'\\x07', b'\\x1b\\\\', b'1049',\n"
            "         b'999', b'\\x0e', b'\\xe6\\xbc\\xa2', b'\\xff', b'x' * 50, b'\\r', b'\\n', b'\\x1bc', b'\\x1b#8']\n"
            "sys.stdin.readline()\n"
            "for i in range(3000):\n"
            "    os.write(1, b''.join(random.choices(parts, k=100)) + bytes(random.randrange(256) for _ in range(100)))\n"
            "os.write(1, b'\\x18\\x1bc\\x1b\\\\\\x1bcall said')\n"
            "sys.stdin.readline()\n")
        self.start("--exit-when", "never", web="cat", noise=f"{shlex.quote(sys.executable)} noise.py")
        self.sees("2 up")
        self.terminal.run("untouched")
        self.prefix("2")
        self.terminal.press("Enter")
        screen = self.sees("all said")
        rows = screen.split("\n")
        top, bottom = rows[:14], rows[14:29]
        self.assertRegex(top[0], r"^┌ 1 web\.1 .*┐$")
        for row in top[1:13]:
            self.assertRegex(row, r"^│.{98}│$")
        self.assertEqual(["untouched", "untouched"], [row[1:-1].strip() for row in top[2:4]])
        self.assertRegex(top[13], r"^└─+┘$")
        self.assertRegex(bottom[0], r"^┏ 2 noise\.1 .*┓$")
        self.assertRegex(bottom[14], r"^┗━+┛$")
        self.prefix("d")
        self.has_the_terminal_back()


class Ends(Panes):
    def test_a_killed_tui_leaves_everything_as_it_is(self):
        self.procfile(web="cat")
        self.assertEqual(0, self.pm("start", "-D", "--pty", "always", "--exit-when", "never").returncode)
        self.terminal.run(f"{shlex.quote(PM)} panes & echo $! > pid; fg")
        self.sees("1 up")
        self.terminal.run("kept")
        self.sees("kept")
        os.kill(int((self.folder / "pid").read_text()), signal.SIGKILL)
        self.gets_the_terminal_back_after_a_kill()
        self.assertEqual("running", self.state("web.1"))
        self.terminal.run(f"clear; {shlex.quote(PM)} panes")
        self.sees("1 up", "kept")

    def test_a_killed_tui_leaves_the_screen_of_a_shell_that_edits_lines(self):
        self.procfile(web="cat")
        self.assertEqual(0, self.pm("start", "-D", "--pty", "always", "--exit-when", "never").returncode)
        self.terminal.run("bash --norc --noprofile")  # has set up the terminal for itself before anybody else can
        self.terminal.run(f"{shlex.quote(PM)} panes & echo $! > pid; fg")
        self.sees("1 up")
        os.kill(int((self.folder / "pid").read_text()), signal.SIGKILL)
        flags = lambda: self.terminal.call("display-message", "-p", "#{alternate_on} #{mouse_any_flag} #{cursor_flag}")
        self.assertTrue(until(lambda: flags().strip() == "0 0 1"), flags())

    def test_a_keyboard_that_cannot_be_written_to_is_enough(self):
        self.procfile(web="cat")
        self.assertEqual(0, self.pm("start", "-D", "--pty", "always", "--exit-when", "never").returncode)
        self.terminal.run(f"{shlex.quote(PM)} panes </dev/tty")
        self.sees("1 up")
        self.prefix("d")
        self.sees("left the panes")
        self.has_the_terminal_back()

    def pid_of_pm(self):
        status = subprocess.run(["curl", "-s", "--unix-socket", ".pm.sock", "http://pm/v1/status"], cwd=self.folder, capture_output=True,
                                text=True).stdout
        return json.loads(status)["pid"]

    def kill_the_supervisor(self):
        pid = self.pid_of_pm()
        for _ in range(2):  # below both of its keepers
            pid = int(pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

    def test_a_killed_supervisor_gives_the_terminal_back(self):
        self.start("--exit-when", "never", web="cat")
        self.sees("1 up")
        os.kill(self.pid_of_pm(), signal.SIGKILL)
        self.sees("the supervisor was killed by SIGKILL")
        self.terminal.run("echo status $?")
        self.sees("status 137")
        self.has_the_terminal_back()

    def test_a_supervisor_that_vanishes_is_told(self):
        self.procfile(web="cat")
        self.assertEqual(0, self.pm("start", "-D", "--pty", "always", "--exit-when", "never").returncode)
        self.terminal.run(shlex.join([PM, "panes"]))
        self.sees("1 up")
        self.kill_the_supervisor()
        self.sees("the supervisor is gone, and has not said why")
        self.terminal.run("echo status $?")
        self.sees("status 3")
        self.has_the_terminal_back()

    def test_the_status_is_that_of_the_run(self):
        self.start("--restart", "never", web="read line; exit 4")
        self.sees("1 up")
        self.terminal.press("Enter")
        self.sees("pm: web.1 exited with code 4\npm: the supervisor has ended")
        self.terminal.run("echo status $?")
        self.sees("status 4")
        self.has_the_terminal_back()

    def test_a_stop_gives_the_terminal_back_for_a_while(self):
        self.procfile(web="cat")
        self.assertEqual(0, self.pm("start", "-D", "--pty", "always", "--exit-when", "never").returncode)
        self.terminal.run("set -m; clear")
        for name in (signal.SIGTSTP, signal.SIGSTOP):
            self.terminal.run(f"{shlex.quote(PM)} panes & echo $! > pid; fg")
            self.sees("1 up")
            os.kill(int((self.folder / "pid").read_text()), name)
            self.sees("Stopped")
            if name == signal.SIGTSTP:
                self.has_the_terminal_back()
            else:
                self.terminal.type("stty sane; clear")
                self.terminal.press("C-j")  # Enter does nothing in a terminal that is raw yet
                self.sees_no("1 up")
            self.terminal.run("fg")
            self.sees("1 up")
            self.sees_no("ready$")
            self.prefix("d")
            self.has_the_terminal_back()

    def test_nothing_is_drawn_between_a_stop_and_taking_the_terminal_again(self):
        self.procfile(web="seq -f %0290.0f 1 100; cat")
        self.assertEqual(0, self.pm("start", "-D", "--pty", "always", "--exit-when", "never").returncode)
        child, terminal = pty.fork()
        if child == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 100, 300, 0, 0))
            os.chdir(self.folder)
            os.execve(PM, [PM, "panes"], {**os.environ, "TERM": "xterm-256color"})

        def unread():
            return struct.unpack("i", fcntl.ioctl(terminal, termios.FIONREAD, bytes(4)))[0]

        drawn = b""
        while b"0001" not in drawn:  # the first line of a frame that is larger than what the terminal takes at once
            drawn += os.read(terminal, 256)
        self.assertTrue(until(lambda: unread() > 4000))
        os.kill(child, signal.SIGTSTP)
        self.assertTrue(os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1]))
        os.kill(child, signal.SIGCONT)
        while drawn.count(b"\x1b[?1049h") < 2:
            drawn += os.read(terminal, 65536)
        self.assertNotIn(b"0100", drawn[:drawn.rindex(b"\x1b[?1049h")])  # the last line
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(terminal)

    def test_a_signal_leaves_as_detaching_does(self):
        self.procfile(web="cat")
        self.assertEqual(0, self.pm("start", "-D", "--pty", "always", "--exit-when", "never").returncode)
        for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            self.terminal.run(f"clear; {shlex.quote(PM)} panes & echo $! > pid; fg")
            self.sees("1 up")
            os.kill(int((self.folder / "pid").read_text()), name)
            self.sees("left the panes")
            self.has_the_terminal_back()
        self.assertEqual("running", self.state("web.1"))


class Refusals(Panes):
    def refused(self, result, status, *texts):
        self.assertEqual(status, result.returncode, result.stderr)
        for text in texts:
            self.assertIn(text, result.stderr)

    def test_no_terminal(self):
        self.procfile(web="cat")
        self.refused(self.pm("panes"), 2, "the panes need a terminal")
        self.refused(self.pm("start", "--panes"), 2, "the panes need a terminal")

    def test_no_supervisor(self):
        self.terminal.run(shlex.join([PM, "panes"]))
        self.sees("no supervisor answers")
        self.terminal.run("echo status $?")
        self.sees("status 3")

    def test_flags_that_exclude_each_other(self):
        self.procfile(web="cat")
        self.refused(self.pm("start", "--panes", "-D"), 2, "--panes and --daemon exclude each other")
        self.refused(self.pm("start", "--panes", "--pty", "never"), 2, "--panes and --pty never exclude each other")
        self.refused(self.pm("start", "--panes", "--no-socket"), 2, "--panes and --no-socket exclude each other")
        self.refused(self.pm("start", "--panes", "--format", "json"), 2, "--panes and --format exclude each other")

    def test_pm_toml(self):
        self.procfile(web="cat")
        (self.folder / "pm.toml").write_text('[panes]\nprefix = "C-a"\nkeys = { zoom = "F5", zooom = "y" }\nlayout = "tield"\n')
        self.refused(self.pm("check"), 2, "pm.toml:3:23: the panes have no action 'zooom'", "did you mean 'zoom'", "pm.toml:4:10:", "did you mean 'tiled'")
        (self.folder / "pm.toml").write_text('[panes]\nprefix = "C-a"\nkeys = { zoom = "F5" }\nlayout = "main-vertical"\n')
        self.terminal.run(shlex.join([PM, "start", "--panes", "--exit-when", "never"]))
        self.sees("C-a ? help")
        self.terminal.press("C-a", "F5")
        self.sees("zoomed")
        self.terminal.press("C-a", "d")
        self.sees("left the panes")


if __name__ == "__main__":
    unittest.main()
