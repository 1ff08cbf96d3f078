"""Times Jinja2: reads the data from standard input, prints the prompt and, last, the median in nanoseconds."""

import json
import statistics
import sys
import time

import jinja2

with open(sys.argv[1], encoding="utf-8") as file:
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(file.read())
data = json.load(sys.stdin)
print(template.render(data))
times = []
for _ in range(1_000):
    start = time.perf_counter_ns()
    template.render(data)
    times.append(time.perf_counter_ns() - start)
print(int(statistics.median(times)))
