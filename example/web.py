"""One page: a form that enqueues a text, and the newest results."""

import html
import os
import pathlib
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from jobs import Jobs

LONGEST = 100_000
STYLE = pathlib.Path("build/example/style.css")
PAGE = """<!doctype html><title>words</title><link rel=stylesheet href=style.css>
<h1>How many words?</h1><form method=post><textarea name=text></textarea><button>Count</button></form>
<p>{waiting} waiting</p><ul>{results}</ul>
"""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/":
            results = "".join(f"<li>{html.escape(result)}" for result in jobs.results())
            self.answer(200, "text/html", PAGE.format(waiting=jobs.waiting(), results=results))
        elif self.path == "/style.css" and STYLE.exists():
            self.answer(200, "text/css", STYLE.read_text())
        else:
            self.answer(404, "text/plain", "there is nothing here\n")

    def do_POST(self):
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), LONGEST))
        jobs.put("count", urllib.parse.parse_qs(body.decode()).get("text", [""])[0])
        self.answer(303, "text/plain", "", {"Location": "/"})

    def answer(self, status, kind, body, headers=None):
        body = body.encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": len(body), **(headers or {})}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)


jobs = Jobs()
port = int(os.environ["PORT"])
print(f"listening on http://127.0.0.1:{port}")
ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
