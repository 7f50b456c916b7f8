#!/usr/bin/env python3
"""pm as PID 1 in a root that holds nothing but itself, a Procfile, and a static program that stands for the shell.
usage: scratch_test.py PM SHELL [unittest arguments]"""

import os
import pathlib
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import unittest

PM = pathlib.Path(sys.argv.pop(1)).resolve()
SHELL = pathlib.Path(sys.argv.pop(1)).resolve()
PATIENCE = float(os.environ.get("PM_E2E_PATIENCE", "30"))  # seconds; only what is broken takes so long
NAMESPACES = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--mount", "--user", "--map-root-user"]


def program_headers(path):
    """The types of the segments of an ELF file of 64 bits."""
    data = path.read_bytes()
    offset, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    return [struct.unpack_from("<I", data, offset + i * size)[0] for i in range(count)]


class Container:
    """pm as PID 1 of new namespaces; `set_up` are shell commands that run before, in the directory that becomes the root."""

    def __init__(self, root, arguments, set_up="true", uid=0, proc=False, redirect=""):
        enter = ["unshare", "--pid", "--fork", "--kill-child", "--root", root, "--wd", "/"]
        if uid:
            enter += ["--setuid", uid, "--setgid", uid]
        if proc:
            enter += ["--mount-proc=/proc"]
        words = shlex.join(map(str, [*enter, "/pm", *arguments]))
        script = f"mount --bind . . && cd {shlex.quote(str(root))} && {set_up} && exec {words} {redirect}"
        self.process = subprocess.Popen([*NAMESPACES, "sh", "-c", script], cwd=root, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={"PATH": os.environ["PATH"]})
        self.text, self.errors, self.changed = "", "", threading.Condition()
        self.readers = [threading.Thread(target=self.read, args=(name,)) for name in ("stdout", "stderr")]
        for reader in self.readers:
            reader.start()

    def read(self, name):
        for line in getattr(self.process, name):
            with self.changed:
                if name == "stdout":
                    self.text += line
                else:
                    self.errors += line
                self.changed.notify_all()

    def expect(self, wanted):
        with self.changed:
            if not self.changed.wait_for(lambda: wanted in self.text, PATIENCE):
                raise AssertionError(f"waited in vain for {wanted!r}; there is {self.text!r} and {self.errors!r}")

    def pid(self):
        """Of pm, seen from here."""
        outer = self.process.pid
        return int(pathlib.Path(f"/proc/{outer}/task/{outer}/children").read_text().split()[0])

    def signal(self, number):
        os.kill(self.pid(), number)

    def end(self):
        """The exit code, once everything is over."""
        code = self.process.wait(PATIENCE)
        for reader in self.readers:
            reader.join(PATIENCE)
        return code

    def close(self):
        self.process.kill()  # --kill-child: pm goes along, and with it the namespace
        self.process.wait()
        for reader in self.readers:
            reader.join()
        self.process.stdout.close()
        self.process.stderr.close()


READ_ONLY = "mount -o remount,bind,ro ."


class Binary(unittest.TestCase):
    def test_needs_no_loader(self):
        loads_others = {2: "PT_DYNAMIC", 3: "PT_INTERP"}
        self.assertEqual([loads_others[kind] for kind in program_headers(PM) if kind in loads_others], [])


class Scratch(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        works = subprocess.run([*NAMESPACES, "--pid", "--fork", "true"], capture_output=True, text=True, check=False)
        if works.returncode:
            raise unittest.SkipTest(f"no namespaces here: {works.stderr.strip()}")

    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pm-scratch-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.root.chmod(0o755)
        shutil.copy(PM, self.root / "pm")
        shutil.copy(SHELL, self.root / "shell")
        (self.root / "pm.toml").write_text('[defaults]\nshell = ["/shell", "-c"]\nrestart = "never"\n')

    def start(self, procfile, *flags, **more):
        (self.root / "Procfile").write_text(procfile)
        container = Container(self.root, ["start", *flags], **more)
        self.addCleanup(container.close)
        return container

    def stop(self, container, text="finished the job at hand"):
        container.signal(signal.SIGTERM)
        self.assertEqual(container.end(), 0, container.errors)
        self.assertIn(text, container.text)

    def test_is_pid_1_and_ends_with_the_code_of_the_process(self):
        container = self.start("job: exit 7\n")
        self.assertEqual(container.end(), 7, container.errors)
        self.assertIn("job.1 | exited with code 7", container.text)
        self.assertEqual(container.errors, "")

    def test_term_stops_in_order(self):
        container = self.start("web: serve\n")
        container.expect("web.1 | ready")
        self.stop(container)
        self.assertIn("web.1 | exited with code 0", container.text)
        self.assertEqual({path.name for path in self.root.iterdir()}, {"pm", "shell", "pm.toml", "Procfile"})

    def test_int_ends_with_130(self):
        container = self.start("web: serve\n")
        container.expect("web.1 | ready")
        container.signal(signal.SIGINT)
        self.assertEqual(container.end(), 130, container.errors)

    def test_what_ignores_term_is_killed_after_the_grace(self):
        container = self.start("web: ignore\n", "--timeout", "0.2")
        container.expect("web.1 | ready")
        self.stop(container, "web.1 | killed by SIGKILL")

    def test_a_second_term_kills_at_once(self):
        container = self.start("web: ignore\n", "--timeout", "1000")
        container.expect("web.1 | ready")
        container.signal(signal.SIGTERM)
        container.expect("SIGTERM: stopping")
        self.stop(container, "web.1 | killed by SIGKILL")

    def test_reaps_what_it_adopts(self):
        container = self.start("job: orphans\n")
        self.assertEqual(container.end(), 0, container.errors)
        self.assertIn("all orphans are reaped", container.text)

    def test_answers_at_its_socket(self):
        container = self.start("web: serve\n")
        container.expect("web.1 | ready")
        done = subprocess.run([PM, "ps", "--socket", self.root / ".pm.sock"], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("web.1  running", done.stdout)
        self.stop(container)

    def test_a_root_that_cannot_be_written(self):
        container = self.start("web: serve\n", set_up=READ_ONLY)
        container.expect("web.1 | ready")
        self.stop(container)
        self.assertIn("warning", container.errors)  # nobody can ask it anything

    def test_a_root_that_cannot_be_written_and_no_socket_wanted(self):
        container = self.start("web: serve\n", "--no-socket", set_up=READ_ONLY)
        container.expect("web.1 | ready")
        self.stop(container)
        self.assertEqual(container.errors, "")

    def test_a_root_that_cannot_be_written_and_the_socket_elsewhere(self):
        (self.root / "run").mkdir()
        container = self.start("web: serve\n", "--socket", "/run/pm.sock", set_up="mount -t tmpfs none run && " + READ_ONLY)
        container.expect("web.1 | ready")
        self.stop(container)
        self.assertEqual(container.errors, "")

    def test_a_user_without_a_name(self):
        if os.geteuid():
            self.skipTest("only root may become somebody else")
        container = self.start("who: identity\nweb: serve\n", "--no-socket", uid=12345, set_up=READ_ONLY)
        container.expect("who.1 | uid 12345, gid 12345, ")
        container.expect(", in /\n")
        container.expect("web.1 | ready")
        self.stop(container)
        self.assertEqual(container.errors, "")

    def test_with_proc_and_dev_as_in_a_real_container(self):
        (self.root / "proc").mkdir()
        (self.root / "dev").mkdir()
        container = self.start("job: orphans\nweb: serve\n", proc=True, set_up="mount --rbind /dev dev")
        container.expect("all orphans are reaped")
        container.expect("web.1 | ready")
        self.stop(container)
        self.assertEqual(container.errors, "")

    def test_no_descriptor_is_open(self):
        for uid in (0, 12345) if os.geteuid() == 0 else (0,):
            container = self.start("job: exit 9\n", "--no-socket", uid=uid, set_up=READ_ONLY, redirect="<&- >&- 2>&-")
            self.assertEqual(container.end(), 9)


if __name__ == "__main__":
    unittest.main(verbosity=2)  # says why something is skipped
