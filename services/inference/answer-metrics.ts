// What answers cost, by base model, under the names that vLLM's users know. Labels never hold what a
// tenant has written or named.

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Metrics } from '#platform/telemetry/metrics.js';

const FIRST_TOKEN = [0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const PER_TOKEN = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];
const WHOLE = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

const TOKENS = [1, 10, 50, 100, 500, 1000, 5000, 10_000, 50_000, 100_000];

/** `abort`: the caller hung up, or the adapter was erased. */
export type Finish = 'stop' | 'length' | 'abort' | 'error';

type ByModel = 'model_name';
export type Series = ReturnType<typeof seriesOf>;

/** @param prefix before vLLM's names */
function seriesOf(registry: Registry, prefix: string) {
  const named = (name: string, help: string) => ({
    name: `${prefix}${name}`,
    help,
    labelNames: ['model_name'] as ByModel[],
    registers: [registry],
  });
  return {
    running: new Gauge(named('num_requests_running', 'Answers with a token and not at their end')),
    waiting: new Gauge(named('num_requests_waiting', 'Answers without their first token')),
    prompt: new Counter(named('prompt_tokens_total', 'Tokens of prompts')),
    generation: new Counter(named('generation_tokens_total', 'Tokens of answers')),
    finished: new Counter({
      ...named('request_success_total', 'Answers by how they ended'),
      labelNames: ['model_name', 'finished_reason'],
    }),
    firstToken: new Histogram({
      ...named('time_to_first_token_seconds', 'Time from a call to its first token'),
      buckets: FIRST_TOKEN,
    }),
    interToken: new Histogram({
      ...named('inter_token_latency_seconds', 'Time between tokens of a streamed answer'),
      buckets: PER_TOKEN,
    }),
    perToken: new Histogram({
      ...named(
        'request_time_per_output_token_seconds',
        "Mean time of an answer's tokens after the first",
      ),
      buckets: PER_TOKEN,
    }),
    whole: new Histogram({
      ...named('e2e_request_latency_seconds', 'Time from a call to the end of its answer'),
      buckets: WHOLE,
    }),
    promptTokens: new Histogram({
      ...named('request_prompt_tokens', 'Tokens of the prompt of an answer'),
      buckets: TOKENS,
    }),
    answerTokens: new Histogram({
      ...named('request_generation_tokens', 'Tokens of an answer'),
      buckets: TOKENS,
    }),
    queued: new Histogram({
      ...named('request_queue_time_seconds', 'Time from a call to its model and adapter'),
      buckets: WHOLE,
    }),
    prefill: new Histogram({
      ...named('request_prefill_time_seconds', 'Time from there to the first token'),
      buckets: WHOLE,
    }),
    decode: new Histogram({
      ...named('request_decode_time_seconds', 'Time from the first token to the end'),
      buckets: WHOLE,
    }),
    inference: new Histogram({
      ...named('request_inference_time_seconds', 'The last two together'),
      buckets: WHOLE,
    }),
  };
}

export class AnswerMetrics {
  /** The same figures, by whose names they have. */
  readonly series: readonly Series[];

  constructor({ registry }: Metrics, compat: 'none' | 'vllm') {
    const prefixes = ['lethe_inference_', ...(compat === 'vllm' ? ['vllm:'] : [])];
    this.series = prefixes.map((prefix) => seriesOf(registry, prefix));
  }
}
