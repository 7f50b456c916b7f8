"""What answers at a control socket in place of a supervisor, with answers that a test has written."""

import json
import os
import socket
import threading

PROCESS = {
    "name": "web.1", "type": "web", "index": 1, "state": "running", "reason": None, "pid": 4711, "generation": 1,
    "port": 5000, "started_at": "2026-01-02T03:04:05.000006Z", "uptime_s": 8040.5, "restarts": 0, "exit_code": None,
    "signal": None, "next_restart_s": None, "cpu_percent": 3.14, "rss_bytes": 212_000_000, "command": "puma",
    "since": "2026-01-02T03:04:05.000006Z", "last_lived_s": None, "last_ended_at": None, "kill_in_s": None,
}
RESULT = {
    "name": "web.1", "goal": "up", "how": "done", "pid_before": None, "pid": 4711, "exit_code": None, "signal": None,
    "took_s": 0.42, "reason": None,
}


def process(name, **members):
    kind, index = name.rsplit(".", 1)
    return {**PROCESS, "name": name, "type": kind, "index": int(index), **members}


def result(name, **members):
    return {**RESULT, "name": name, **members}


def error(status, code, message, hint=None, **more):
    return status, {"error": {"code": code, "message": message, "hint": hint, "details": []}, **more}


class FakeSupervisor:
    """Listens at `path`. `answers` maps "GET /v1/status" to (status, body), to a list of them, one for each time
    it is asked (the last for good), or to a function that gets a connection and writes what it likes. A body
    that is no text becomes JSON; status None closes the connection without an answer."""

    def __init__(self, path, answers):
        self.answers, self.seen = answers, []
        self.listener = socket.socket(socket.AF_UNIX)
        here = os.open(".", os.O_RDONLY)
        os.chdir(os.path.dirname(path))  # a path may be longer than an address holds
        try:
            self.listener.bind(os.path.basename(path))
        finally:
            os.fchdir(here)
            os.close(here)
        self.listener.listen(64)
        self.connections = []
        self.threads = [threading.Thread(target=self.accept)]
        self.threads[0].start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            self.threads.append(threading.Thread(target=self.serve, args=[connection]))
            self.threads[-1].start()

    def serve(self, connection):
        with connection, connection.makefile("rb") as stream:
            try:
                while line := stream.readline():
                    if not self.answer(connection, stream, line.decode().split()):
                        connection.shutdown(socket.SHUT_RDWR)
                        return
            except OSError:
                pass

    def answer(self, connection, stream, words):
        headers = {}
        while (line := stream.readline().decode().strip()):
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", 0))).decode()
        request = f"{words[0]} {words[1]}"
        self.seen.append((request, body, headers.get("accept", "")))
        found = self.answers.get(request)
        if found is None:
            found = error(404, "not_found", f"no answer was written for {request}")
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        if callable(found):
            return found(connection)
        return reply(connection, *found)

    def requests(self):
        return [request for request, _, _ in self.seen]

    def close(self):
        for connection in (self.listener, *self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        for thread in self.threads:
            thread.join(30)
        self.listener.close()


def reply(connection, status, body="", kind="application/json"):
    if status is None:
        return False
    data = (body if isinstance(body, str) else json.dumps(body)).encode()
    connection.sendall(f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)
    return True


def stream_head(connection, kind="text/plain"):
    connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())


def chunk(connection, text):
    data = text.encode()
    connection.sendall(f"{len(data):x}\r\n".encode() + data + b"\r\n")


def stream(*chunks, ends=True, kind="text/plain"):
    """An answer in chunks; where it does not end, the connection is cut."""
    def answer(connection):
        stream_head(connection, kind)
        for text in chunks:
            chunk(connection, text)
        if ends:
            connection.sendall(b"0\r\n\r\n")
        return ends
    return answer
