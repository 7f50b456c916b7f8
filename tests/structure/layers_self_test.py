#!/usr/bin/env python3
"""The layer check finds what it is there to find."""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import layers  # noqa: E402

CASES = [  # file, line, what the fault says (None: no fault)
    ("src/core/a.cpp", '#include "pm/os/file.h"', "core may not include os"),
    ("src/supervisor/a.cpp", "#include <boost/asio.hpp>", "whole library"),
    ("include/pm/api/a.h", '# include "pm/config/application.h"', "api may not include config"),
    ("src/cli/a.cpp", "#include <boost/json/value.hpp>", "belongs to api"),
    ("src/log/a.cpp", "#include <unistd.h>", "belongs to os"),
    ("src/panels/a.cpp", "", "no such layer"),
    ("src/supervisor/a.cpp", '#include "pm/os/file.h"', None),
    ("src/core/a.cpp", '#include "pm/core/error.h"', None),
]


def faults_in(file, line):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for base in ("include/pm", "src"):
            (root / base).mkdir(parents=True)
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(line + "\n")
        return layers.check(root)


for file, line, expected in CASES:
    faults = faults_in(file, line)
    if expected is None:
        assert not faults, f"{file}: {line}: {faults}"
    else:
        assert len(faults) == 1 and expected in faults[0], f"{file}: {line}: {faults}"
