"""Asks for a report every ten seconds."""

import time

from jobs import Jobs

EVERY = 10

jobs = Jobs()
while True:
    jobs.put("report")
    print(f"asked for a report, the next in {EVERY} s")
    time.sleep(EVERY)
