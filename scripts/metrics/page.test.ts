import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { metricsPage, pagePath } from './page.js';
import { compatible, type Described, sections, standard } from './sections.js';

const own = sections.flatMap(({ metrics }) => metrics);

test('the committed page of metrics is current: npm run docs:metrics writes it', async () => {
  expect(readFileSync(pagePath, 'utf8')).toBe(await metricsPage());
});

/** vLLM's, whose users know them by these names. */
const asNamedElsewhere = ['lethe_inference_kv_cache_usage_perc'];

/**
 * What `promtool check metrics` finds, and base units: seconds and bytes, a counter's total at the end
 * and at no other's.
 */
function flaws({ name, help, type, labels }: Described): string[] {
  const found: [boolean, string][] = [
    [!/^[a-z][a-z0-9_]*$/.test(name), 'letters, digits and _'],
    [help === '', 'a help text'],
    [(type === 'counter') !== name.endsWith('_total'), '_total for counters alone'],
    [/_(count|sum|bucket|info)$/.test(name), 'an end that Prometheus has its own meaning for'],
    [/_(gauge|counter|histogram|summary)(_|$)/.test(name), 'a type in the name'],
    [
      /_(ms|milliseconds?|micros\w*|nanos\w*|minutes?|hours?|days?|kb|mb|gb|kib|mib|gib|kilo\w*|mega\w*|bits?|perc|percent|pct|s|secs?)(_|$)/.test(
        name,
      ),
      'base units',
    ],
    [/(seconds|bytes)_(?!total)/.test(name), 'the unit at the end'],
    [type === 'histogram' && !/_(seconds|bytes|tokens)$/.test(name), 'a unit for a histogram'],
    [labels.some((label) => !/^[a-z][a-z0-9_]*$/.test(label)), 'labels in snake case'],
    [
      labels.some((label) => ['le', 'quantile', 'job', 'instance'].includes(label)),
      'labels of its own',
    ],
  ];
  return found.flatMap(([is, what]) => (is ? [`${name}: ${what}`] : []));
}

test("names keep Prometheus's conventions", () => {
  expect(own.flatMap(flaws)).toEqual(asNamedElsewhere.map((name) => `${name}: base units`));
  expect(standard.length).toBeGreaterThan(10);
  expect(standard.map(({ name }) => name)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^(process|nodejs)_/)]),
  );
  const lettered = { name: 'lethe_waitMs', help: '', type: 'counter', labels: ['le'] };
  expect(flaws(lettered)).toHaveLength(4);
});

test('ours begin with lethe_, each is there once, and queues have the names that alerts go by', () => {
  const names = own.map(({ name }) => name);
  expect(names.filter((name) => !name.startsWith('lethe_'))).toEqual([]);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(
    expect.arrayContaining([
      'lethe_queue_jobs',
      'lethe_queue_oldest_seconds',
      'lethe_queue_wait_seconds',
      'lethe_inference_calls',
    ]),
  );
});

/** Of vllm/v1/metrics/loggers.py, those that have a meaning here. prom-client adds no _total itself. */
const vllm = [
  'num_requests_running',
  'num_requests_waiting',
  'kv_cache_usage_perc',
  'prefix_cache_queries_total',
  'prefix_cache_hits_total',
  'num_preemptions_total',
  'prompt_tokens_total',
  'generation_tokens_total',
  'request_success_total',
  'request_prompt_tokens',
  'request_generation_tokens',
  'time_to_first_token_seconds',
  'inter_token_latency_seconds',
  'request_time_per_output_token_seconds',
  'e2e_request_latency_seconds',
  'request_queue_time_seconds',
  'request_prefill_time_seconds',
  'request_decode_time_seconds',
  'request_inference_time_seconds',
];

test("vLLM's names are those that its users know, each with a metric of ours", () => {
  const names = compatible.map(({ name }) => name);
  expect(names.toSorted()).toEqual(vllm.map((name) => `vllm:${name}`).toSorted());
  expect(own.map(({ name }) => name)).toEqual(
    expect.arrayContaining(vllm.map((name) => `lethe_inference_${name}`)),
  );
});
