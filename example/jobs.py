"""The queue that web, worker and clock share: jobs are a list in Redis, results another."""

import json
import os
import time

import redis

PATIENCE = 10  # seconds for the queue to come up: pm starts everything at once


class Jobs:
    def __init__(self):
        port = int(os.environ["PM_PORT_QUEUE"])
        self.store = redis.Redis(host="127.0.0.1", port=port, decode_responses=True)
        give_up = time.monotonic() + PATIENCE
        while not self.answers():
            if time.monotonic() > give_up:
                raise SystemExit(f"no queue answers at 127.0.0.1:{port}")
            time.sleep(0.1)

    def answers(self):
        try:
            return self.store.ping()
        except redis.exceptions.ConnectionError:
            return False

    def put(self, kind, text=""):
        self.store.rpush("jobs", json.dumps({"kind": kind, "text": text}))

    def take(self):
        """The next job; waits for it."""
        return json.loads(self.store.blpop("jobs")[1])

    def finish(self, result):
        """Keeps the ten newest results."""
        self.store.lpush("results", result)
        self.store.ltrim("results", 0, 9)

    def waiting(self):
        return self.store.llen("jobs")

    def results(self):
        return self.store.lrange("results", 0, -1)
