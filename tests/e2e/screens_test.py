#!/usr/bin/env python3
"""What programs show in a pane is, cell by cell, what they show in tmux: text, colours, attributes.

Each program runs twice, once directly in a tmux of the pane's size and once in `pm panes` within a tmux that has room for
the pane's border and the status line. Usage: screens_test.py PM RECORDINGS
"""

import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import time
import unicodedata
import unittest

PM, RECORDINGS = os.path.abspath(sys.argv.pop(1)), pathlib.Path(sys.argv.pop(1)).resolve()
COLUMNS, ROWS = 80, 24
PATIENCE = 60

# Cells (row, column) in which tmux is not xterm: behind a row that fills the last column the cursor waits there to wrap;
# erasing the rest of the row takes the last cell in xterm, and in pm, and leaves it in tmux.
KNOWN = {"top": {(6, 79)}}

ATTRIBUTES = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 5: "blink", 7: "inverse", 8: "hidden", 9: "struck"}
ENDS = {22: ("bold", "dim"), 23: ("italic",), 24: ("underline",), 25: ("blink",), 27: ("inverse",), 28: ("hidden",), 29: ("struck",)}


class Pen:
    def __init__(self):
        self.ink = self.paper = None
        self.attributes = frozenset()

    def color(self, numbers):
        """The colour that 38 or 48 begins."""
        if numbers.pop(0) == 5:
            return numbers.pop(0)
        return tuple(numbers.pop(0) for _ in range(3))

    def apply(self, text):
        numbers = [int(part.split(":")[0] or 0) for part in text.split(";")]
        while numbers:
            number = numbers.pop(0)
            if number == 0:
                self.__init__()
            elif number in ATTRIBUTES:
                self.attributes |= {ATTRIBUTES[number]}
            elif number in ENDS:
                self.attributes -= set(ENDS[number])
            elif number == 38:
                self.ink = self.color(numbers)
            elif number == 48:
                self.paper = self.color(numbers)
            elif number == 39:
                self.ink = None
            elif number == 49:
                self.paper = None
            elif 30 <= number <= 37 or 90 <= number <= 97:
                self.ink = number - 30 if number < 90 else number - 82
            elif 40 <= number <= 47 or 100 <= number <= 107:
                self.paper = number - 40 if number < 100 else number - 92

    def look(self, character):
        seen = self.attributes if character != " " else self.attributes & {"underline", "inverse", "struck"}
        ink = self.ink if character != " " or seen else None
        return ink, self.paper, seen


def cells_of(screen, columns, rows):
    """Rows of (character with its marks, look), `columns` each, out of what capture-pane -e prints."""
    table, pen = [], Pen()
    for line in (screen.split("\n") + [""] * rows)[:rows]:
        row = []
        for sequence, character in re.findall(r"\x1b(?:\[([\d;:]*)m|\][^\x1b]*\x1b\\|[()]B)|([^\x1b])", line):
            if not character:
                if sequence or not line:
                    pen.apply(sequence)
                continue
            if unicodedata.combining(character) or character in "\ufe0f\u200d":
                if row:
                    row[-1] = (row[-1][0] + character, row[-1][1])
                continue
            row.append((character, pen.look(character)))
            if unicodedata.east_asian_width(character) in "WF":
                row.append(("", pen.look(character)))
        row += [(" ", Pen().look(" "))] * (columns - len(row))
        table.append(row[:columns])
    return table


class Tmux:
    def __init__(self, folder, columns, rows, command):
        self.socket = os.path.join(folder, "tmux")
        environment = {**os.environ, "LC_ALL": "C.UTF-8", "COLORTERM": "truecolor"}
        environment.pop("TMUX", None)
        (pathlib.Path(folder) / "tmux.conf").write_text(
            "set -g status off\nset -g default-terminal tmux-256color\nset -g remain-on-exit on\nset -sg escape-time 10\n")
        self.call("-f", os.path.join(folder, "tmux.conf"), "new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", folder, "sh", "-c",
                  command, environment=environment)

    def call(self, *words, environment=None):
        return subprocess.run(["tmux", "-S", self.socket, *words], check=True, capture_output=True, text=True, env=environment).stdout

    def screen(self, columns, rows):
        return cells_of(self.call("capture-pane", "-e", "-p", "-N"), columns, rows)

    def ask(self, variables):
        return self.call("display-message", "-p", variables).strip()

    def wait_for(self, condition):
        """Whether it came true in time."""
        end = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)  # between two looks
        return True

    def end(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], capture_output=True)


def cut(table, column, row, columns, rows):
    return [line[column:column + columns] for line in table[row:row + rows]]


def differences(expected, found, known):
    for y, (left, right) in enumerate(zip(expected, found)):
        for x, (want, have) in enumerate(zip(left, right)):
            if want != have and (y, x) not in known:
                yield f"row {y + 1}, column {x + 1}: tmux has {want}, the pane {have}"


class Screens(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="pm-screens-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def in_tmux(self, command):
        """The cells and the cursor once the program has set its title to "shown", or shows the word."""
        folder = os.path.join(self.folder, "direct")
        os.mkdir(folder)
        tmux = Tmux(folder, COLUMNS, ROWS, command)
        self.addCleanup(tmux.end)
        done = lambda: tmux.ask("#{pane_title}") == "shown" or "shown" in tmux.call("capture-pane", "-p")
        self.assertTrue(tmux.wait_for(done), tmux.call("capture-pane", "-p"))
        return tmux.screen(COLUMNS, ROWS), tmux.ask("#{?cursor_flag,#{cursor_x} #{cursor_y},hidden}")

    def in_pane(self, command, expected, known):
        """The same of the pane once they are as expected, or when there was time enough for it."""
        folder = os.path.join(self.folder, "panes")
        os.mkdir(folder)
        (pathlib.Path(folder) / "Procfile").write_text(f"program: {command}\n")
        tmux = Tmux(folder, COLUMNS + 2, ROWS + 3, shlex.join([PM, "start", "--panes"]))
        self.addCleanup(tmux.end)
        self.addCleanup(lambda: subprocess.run([PM, "quit"], cwd=folder, capture_output=True))

        def now():
            inner = [row[1:COLUMNS + 1] for row in tmux.screen(COLUMNS + 2, ROWS + 3)[1:ROWS + 1]]
            x, y, visible = map(int, tmux.ask("#{cursor_x} #{cursor_y} #{cursor_flag}").split())
            return inner, f"{x - 1} {y - 1}" if visible else "hidden"

        cells, cursor = expected
        tmux.wait_for(lambda: (shown := now())[1] == cursor and not any(differences(cells, shown[0], known)))
        return now()

    def compare(self, command, known=frozenset()):
        cells, cursor = self.in_tmux(command)
        found, found_cursor = self.in_pane(command, (cells, cursor), known)
        self.assertEqual([], list(differences(cells, found, known))[:20])
        self.assertEqual(cursor, found_cursor)

    def compare_file(self, command, text):
        path = os.path.join(self.folder, "text")
        pathlib.Path(path).write_text(text)
        self.compare(command.format(shlex.quote(path)))

    def test_vim(self):
        text = "".join(f"line {i}\t{'x' * (i * 7 % 90)} äöü 世界\n" for i in range(1, 60)) + "shown"
        self.compare_file("TERM=xterm-256color exec vim -u NONE -i NONE -n -c 'set number cursorline list' -c 'normal 60Gz-' {}", text)

    def test_less(self):
        text = "".join(f"\x1b[1;3{i % 8}mline {i}\x1b[0m plain \x1b[4munderlined\x1b[0m \x1b[7minverse\x1b[0m\n" for i in range(20))
        self.compare_file("TERM=xterm-256color exec less -R -M {}", text + "shown\n" + text)


def recorded(path):
    def test(self):
        quiet = "stty -echo"  # the answers that a recorded program's questions get
        clear = "printf '\\033[H\\033[2J'"  # of what pm has to say about its start
        self.compare(f"{quiet}; {clear}; cat {shlex.quote(str(path))}; printf '\\033]2;shown\\033\\\\'; exec sleep 600", KNOWN.get(path.stem, set()))

    return test


for path in sorted(RECORDINGS.glob("*.vt")):
    setattr(Screens, f"test_recorded_{path.stem}", recorded(path))

if __name__ == "__main__":
    unittest.main()
