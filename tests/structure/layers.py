#!/usr/bin/env python3
"""A layer includes only what its rank allows, and no header that drags the whole of a library in."""

import pathlib
import re
import sys

ALLOWED = {
    "core": [],
    "config": ["core"],
    "log": ["core"],
    "term": ["core"],
    "api": ["core"],
    "os": ["core"],
    "keeper": ["os", "core"],
    "client": ["api", "os", "core"],
    "panes": ["client", "term", "api", "os", "core"],
    "supervisor": ["keeper", "os", "term", "log", "config", "core"],
    "server": ["supervisor", "api", "os", "term", "log", "config", "core"],
    "cli": ["panes", "server", "client", "supervisor", "keeper", "term", "api", "config", "os", "core"],
}
# Libraries that stay where they are wrapped: header prefix, layers.
KEPT_IN = {
    "boost/json": ["api"],
    "boost/beast": ["api", "server", "client"],
    "CLI/": ["cli"],
    "toml++/": ["config"],
    "boost/asio": ["server", "supervisor", "panes", "client", "os"],
    "utf8proc": ["term"],
    "boost/process": ["os"],
    "sys/": ["os", "keeper"],  # a keeper allocates nothing, as most functions of os do
    "unistd.h": ["os", "keeper"],
    "fcntl.h": ["os", "keeper"],
}
FORBIDDEN = ["boost/asio.hpp", "boost/json.hpp", "boost/process.hpp", "boost/process/v2.hpp", "boost/beast.hpp"]
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^">]+)[">]')


def faults_of(path, layer):
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        found = INCLUDE.match(line)
        if not found:
            continue
        header = found.group(1)
        if header in FORBIDDEN:
            yield f"{path}:{number}: {header} is the whole library; include what is used"
        inner = re.match(r"pm/([a-z]+)/", header)
        if inner and inner.group(1) != layer and inner.group(1) not in ALLOWED[layer]:
            yield f"{path}:{number}: {layer} may not include {inner.group(1)}"
        for prefix, layers in KEPT_IN.items():
            if header.startswith(prefix) and layer not in layers:
                yield f"{path}:{number}: {header} belongs to {', '.join(layers)}"


def check(root):
    faults = []
    for base in ("include/pm", "src"):
        for folder in sorted((root / base).iterdir()):
            if not folder.is_dir():
                continue
            if folder.name not in ALLOWED:
                faults.append(f"{folder}: no such layer; name it in {__file__}")
                continue
            for path in sorted(folder.rglob("*")):
                if path.suffix in (".h", ".cpp"):
                    faults += faults_of(path, folder.name)
    return faults


if __name__ == "__main__":
    found = check(pathlib.Path(sys.argv[1]))
    print("\n".join(found) or "every layer keeps to its rank")
    sys.exit(1 if found else 0)
