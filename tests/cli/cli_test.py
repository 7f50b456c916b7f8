#!/usr/bin/env python3
"""The command line from outside: what it prints, where, and how it exits. usage: cli_test.py PM"""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

PM = os.path.abspath(sys.argv.pop(1))
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("PM_") and name != "PORT"}


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name).resolve()

    def write(self, name, text):
        (self.dir / name).parent.mkdir(parents=True, exist_ok=True)
        (self.dir / name).write_text(text)

    def pm(self, *arguments, env=None, **options):
        options = {"cwd": self.dir, "stdin": subprocess.DEVNULL, **options}
        if "input" in options:
            del options["stdin"]
        return subprocess.run([PM, *arguments], env={**CLEAN, **(env or {})}, capture_output=True, text=True,
                              timeout=60, **options)

    def expect(self, result, status, out=None, err=""):
        self.assertEqual((result.returncode, result.stderr if err == "" else ""), (status, ""), result.stderr)
        if out is not None:
            self.assertEqual(result.stdout, out)
        self.assertIn(err, result.stderr)


class Usage(Case):
    def test_help_and_version_go_to_stdout(self):
        self.expect(self.pm("--version"), 0, "pm 0.1.0\n")
        for arguments in (["--help"], ["help"], ["start", "--help"], ["help", "run"], ["s", "-h"]):
            result = self.pm(*arguments)
            self.expect(result, 0)
            self.assertIn("usage: pm", result.stdout)

    def test_without_a_command_and_a_supervisor_it_says_how_to_begin(self):
        result = self.pm()
        self.expect(result, 0)
        self.assertIn("Nothing runs here.\n\n  pm start ", result.stdout)

    def test_mistakes_name_the_nearest(self):
        for arguments, error, hint in (
            (["strat"], "pm has no command 'strat'", "did you mean 'start'?"),
            (["up"], "pm has no command 'up'", "here that is 'pm start'"),
            (["-V"], "pm itself has no flag '-V'", "--version"),
            (["--procfile", "x"], "pm itself has no flag '--procfile'", "flags follow the command"),
            (["start", "--exit-wen", "any"], "pm start has no flag '--exit-wen'", "did you mean '--exit-when'?"),
            (["start", "--exit-wen=any"], "pm start has no flag '--exit-wen'", "did you mean '--exit-when'?"),
            (["start", "-Z"], "pm start has no flag '-Z'", "'pm start --help' lists the flags"),
            (["run", "--keepenv", "ls"], "pm run has no flag '--keepenv'", "did you mean '--keep-env'?"),
            (["start", "--exit-when", "al"], "--exit-when cannot be 'al'", "did you mean 'all'?"),
            (["start", "--timeout", "soon"], "--timeout 'soon' is no duration", "number of seconds"),
            (["check", "--port", "70000"], "--port '70000' is no port number", "from 1 to 65535"),
            (["check", "--port"], "--port needs a value", "write --port N"),
            (["check", "--json=yes"], "--json takes no value", "--help"),
            (["completion", "zhs"], "there is no completion for 'zhs'", "did you mean 'zsh'?"),
            (["completion"], "pm completion needs a shell", "bash, zsh or fish"),
            (["run"], "pm run needs a process or a command", "pm run NAME"),
        ):
            with self.subTest(arguments=arguments):
                result = self.pm(*arguments)
                self.assertEqual(result.returncode, 2)
                self.assertTrue(result.stderr.startswith("pm: error: " + error), result.stderr)
                self.assertIn(hint, result.stderr.split("\n", 1)[1])
                self.assertEqual(result.stdout, "")

    def test_all_faults_of_a_line_are_told(self):
        result = self.pm("start", "--exit-when", "x", "--pty", "y", "-t", "z", "-p", "0")
        self.assertEqual((result.returncode, result.stderr.count("pm: error:")), (2, 4))


class Files(Case):
    def names(self, *arguments, **options):
        result = self.pm("check", "--json", *arguments, **options)
        self.expect(result, 0)
        return [process["name"] for process in json.loads(result.stdout)["processes"]]

    def test_a_missing_procfile_says_what_to_write(self):
        result = self.pm("check")
        self.expect(result, 2, "", f"no Procfile here: '{self.dir}/Procfile' does not exist")
        self.assertIn("web: python3", result.stderr)
        self.write("package.json", "{}")
        self.assertIn("hint:   web: npm start", self.pm("start").stderr)
        self.write("Procfile.dev", "web: true")
        self.assertIn("hint: there is 'Procfile.dev': name it with -f Procfile.dev", self.pm("start").stderr)
        self.expect(self.pm("check", "-f", "Prok"), 2, "", "there is no Procfile 'Prok'")
        self.expect(self.pm("check", env={"PM_PROCFILE": "Prok"}), 2, "", "there is no Procfile 'Prok'")

    def test_flag_beats_variable_beats_default(self):
        for name in "Procfile", "Variable", "Flag":
            self.write(name, f"{name}: true\n")
        self.assertEqual(self.names(), ["Procfile.1"])
        self.assertEqual(self.names(env={"PM_PROCFILE": "Variable"}), ["Variable.1"])
        self.assertEqual(self.names("-f", "Flag", env={"PM_PROCFILE": "Variable"}), ["Flag.1"])
        self.assertEqual(self.names(env={"PM_PROCFILE": ""}), ["Procfile.1"])
        self.assertEqual(self.names("-f", "-", input="stdin: true\n"), ["stdin.1"])

    def test_a_named_root_may_hold_the_procfile(self):
        self.write("app/Procfile", "app: pwd\n")
        self.assertEqual(self.names("-d", "app"), ["app.1"])
        self.expect(self.pm("run", "-d", "app", "app"), 0, f"{self.dir}/app\n")
        self.write("Procfile", "here: true\n")
        self.assertEqual(self.names("-d", "app"), ["here.1"])
        self.expect(self.pm("check", "-d", "nowhere"), 2, "", "the root 'nowhere' is no directory")

    def test_the_root_is_where_the_procfile_is(self):
        self.write("app/Procfile", "app: echo $A $PWD\n")
        self.write("app/.env", "A=1\n")
        self.expect(self.pm("run", "-f", "app/Procfile", "app"), 0, f"1 {self.dir}/app\n")

    def test_env_files(self):
        self.write("Procfile", "p: echo $A$B\n")
        for name, text in ((".env", "A=default"), ("a", "A=a\nB=a"), ("b", "B=b")):
            self.write(name, text + "\n")
        for arguments, env, out in (
            ([], {}, "default"),
            (["-e", "a,b"], {}, "ab"),
            (["-e", "a", "-e", "b"], {}, "ab"),
            (["-e", "b", "-e", "a"], {}, "aa"),
            ([], {"PM_ENV": "b"}, "b"),
            (["--no-env"], {"PM_ENV": "b"}, ""),
            (["--keep-env"], {"A": "real"}, "real"),
            ([], {"A": "real"}, "default"),
        ):
            with self.subTest(arguments=arguments, env=env):
                self.expect(self.pm("run", *arguments, "p", env=env), 0, out + "\n")
        self.expect(self.pm("check", "-e", "a,none", "-c", "gone"), 2, "", "there is no env file 'none'")
        self.expect(self.pm("check", "-e", "a,none", "-c", "gone"), 2, "", "there is no options file 'gone'")

    def test_a_directory_called_env_is_no_env_file(self):
        self.write("Procfile", "p: true\n")
        (self.dir / ".env").mkdir()
        self.assertEqual(self.names(), ["p.1"])
        self.expect(self.pm("check", "-e", ".env"), 2, "", "reading the env file")

    def test_a_deleted_directory(self):
        gone = self.dir / "gone"
        gone.mkdir()
        script = f'cd "{gone}" && rmdir "{gone}" && exec "{PM}" check'
        result = subprocess.run(["sh", "-c", script], env=CLEAN, capture_output=True, text=True)
        self.expect(result, 1, "", "cannot tell the current directory")


class Check(Case):
    def test_prints_a_table(self):
        self.write("Procfile", "web: puma -p $PORT\nrelease: migrate\nworker-two: sidekiq\n")
        self.expect(self.pm("check", "web=2"), 0, """\
NAME          PORT   RESTART     COMMAND
web.1         5000   on-failure  puma -p $PORT
web.2         5001   on-failure  puma -p $PORT
worker-two.1  5200   on-failure  sidekiq
idle: release
""")

    def test_formations_add_up(self):
        self.write("Procfile", "web: a\nworker: b\n")
        names = [line.split()[0] for line in self.pm("check", "-m", "web=2", "-m", "worker=0").stdout.splitlines()]
        self.assertEqual(names, ["NAME", "web.1", "web.2", "idle:"])

    def test_prints_json(self):
        self.write("Procfile", "web: a \"b\"\nrelease: c\n")
        self.expect(self.pm("check", "--json", "-r", "web=always"), 0,
                    '{"processes":[{"name":"web.1","type":"web","index":1,"command":"a \\"b\\"","port":5000,'
                    '"restart":"always"}],"idle":["release"]}\n')
        self.assertIn('"port":null', self.pm("check", "--json", "-N").stdout)

    def test_a_full_stdout_is_an_error(self):
        self.write("Procfile", "web: a\n")
        with open("/dev/full", "w") as full:
            result = subprocess.run([PM, "check"], cwd=self.dir, env=CLEAN, stdout=full, stderr=subprocess.PIPE)
        self.assertEqual((result.returncode, b"cannot write to stdout" in result.stderr), (1, True))


class Run(Case):
    def setUp(self):
        super().setUp()
        self.write("Procfile", "web: echo $PORT $PS $PM_TYPE $PM_INSTANCE\nback-end: printf '<%s>'\nrun: exit 4\n")

    def test_a_process_runs_as_its_first_instance(self):
        self.expect(self.pm("run", "web"), 0, "5000 web.1 web 1\n")
        self.expect(self.pm("run", "-p", "7000", "--", "web"), 0, "7000 web.1 web 1\n")
        self.expect(self.pm("run", "back-end", "a b", "-f", "--", "*"), 0, "<a b><-f><--><*>")
        self.expect(self.pm("run", "run"), 4, "")

    def test_a_command_gets_the_environment(self):
        script = "echo $PM_PORT_WEB $PM_PORT_BACK_END ${PORT-none} ${PS-none} $0"
        self.expect(self.pm("run", "sh", "-c", script), 0, "5000 5100 none none sh\n")
        self.expect(self.pm("run", "--", "sh", "-c", "pwd", "--help"), 0, f"{self.dir}\n")

    def test_programs_are_found_in_the_path_of_the_env_file(self):
        self.write("bin/tool", "#!/bin/sh\necho tool\n")
        os.chmod(self.dir / "bin/tool", 0o755)
        self.expect(self.pm("run", "tool"), 127, "", "cannot run 'tool'")
        self.write(".env", f"PATH={self.dir}/bin:/bin:/usr/bin\n")
        self.expect(self.pm("run", "tool"), 0, "tool\n")

    def test_exit_codes(self):
        self.write("plain", "no program")
        self.expect(self.pm("run", "sh", "-c", "exit 7"), 7)
        self.expect(self.pm("run", "sh", "-c", "kill -SEGV $$"), 128 + signal.SIGSEGV)
        self.expect(self.pm("run", "wbe"), 127, "", "did you mean the process 'web'?")
        self.expect(self.pm("run", "./none"), 127, "", "cannot run './none'")
        self.expect(self.pm("run", "./plain"), 126, "", "Permission denied")

    def test_a_procfile_is_not_needed_but_must_not_be_wrong(self):
        (self.dir / "Procfile").unlink()
        self.write(".env", "A=1\n")
        self.expect(self.pm("run", "sh", "-c", "echo $A"), 0, "1\n")
        self.expect(self.pm("run", "sh", "-c", "echo $PM_FORMATION", env={"PM_FORMATION": "web=2"}), 0, "web=2\n")
        self.expect(self.pm("run", "-f", "Prok", "true"), 2, "", "there is no Procfile 'Prok'")
        self.write("Procfile", "no process\n")
        self.expect(self.pm("run", "true"), 2, "", "Procfile:1:")

    def test_only_the_standard_descriptors_are_passed_on(self):
        inherited = os.open("/dev/null", os.O_RDONLY)
        self.addCleanup(os.close, inherited)
        script = f"test ! -e /proc/$$/fd/{inherited} && for i in 0 1 2; do test -e /proc/$$/fd/$i; done"
        self.expect(self.pm("run", "sh", "-c", script, pass_fds=[inherited]), 0)

    def start(self, script, **options):
        """`pm run sh -c script`, once it has printed its first line."""
        process = subprocess.Popen([PM, "run", "sh", "-c", script], cwd=self.dir, env=CLEAN, text=True,
                                   stdout=subprocess.PIPE, **options)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        return process, process.stdout.readline().strip()

    def test_the_terminals_signals_are_left_to_the_command(self):
        process, _ = self.start("trap 'echo INT; exit 5' INT; echo ready; while :; do sleep 0.01; done",
                                start_new_session=True)
        os.killpg(process.pid, signal.SIGINT)
        self.assertEqual((process.wait(30), process.stdout.read()), (5, "INT\n"))

    def test_term_and_hup_are_passed_on(self):
        for number in signal.SIGTERM, signal.SIGHUP:
            process, _ = self.start("echo ready; exec sleep 60")
            process.send_signal(number)
            self.assertEqual(process.wait(30), 128 + number)

    def test_the_command_has_default_signals(self):
        process, line = self.start("grep -E '^Sig(Blk|Ign)' /proc/self/status | tr -d '\\n\\t'",
                                   preexec_fn=lambda: signal.signal(signal.SIGTERM, signal.SIG_IGN))
        self.assertEqual(line, "SigBlk:0000000000000000SigIgn:0000000000000000")
        self.assertEqual(process.wait(30), 0)

    def test_the_command_dies_with_pm(self):
        process, child = self.start("echo $$; exec sleep 60")
        process.kill()
        self.assertEqual(process.stdout.read(), "")  # the end of the file: nobody holds it any more
        self.assertFalse(pathlib.Path(f"/proc/{child}/cmdline").exists()
                         and b"sleep" in pathlib.Path(f"/proc/{child}/cmdline").read_bytes())


if __name__ == "__main__":
    unittest.main()
