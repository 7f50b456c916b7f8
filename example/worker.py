"""Takes one job after the other and writes down what came out."""

from jobs import Jobs

jobs = Jobs()
counted = 0
print("waiting for jobs")
while True:
    job = jobs.take()
    if job["kind"] == "count":
        counted += 1
        result = f"{len(job['text'].split())} words, {len(job['text'])} letters: {job['text'][:40]}"
    else:
        result = f"report: {counted} texts counted by this worker"
    jobs.finish(result)
    print(result.replace("\n", " "))
