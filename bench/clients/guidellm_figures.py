"""The figures of a guidellm report that others' tables have: python guidellm_figures.py report.json. Exits with 1 where a request failed."""

import json
import sys

benchmark = json.load(open(sys.argv[1]))["benchmarks"][0]
metrics, requests = benchmark["metrics"], benchmark["requests"]


def figure(name):
    found = metrics[name]["successful"]
    return f"median {found['median']:.1f}, 95th percentile {found['percentiles']['p95']:.1f}"


print(f"guidellm: {len(requests['successful'])} answered, {len(requests['errored'])} failed")
print(f"  requests/s: {metrics['requests_per_second']['successful']['mean']:.1f}")
print(f"  output tokens/s: {metrics['output_tokens_per_second']['successful']['mean']:.1f}")
for name in ("time_to_first_token_ms", "inter_token_latency_ms"):
    print(f"  {name}: {figure(name)}")
sys.exit(len(requests["errored"]) > 0)
