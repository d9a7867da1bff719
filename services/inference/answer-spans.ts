// The parts of an answer as spans: waiting for its model and adapter, waiting for a row and reading
// the prompt, and writing. Tokens are counted, never told.

import { pastSpan } from '#platform/telemetry/tracing/spans.js';
import type { TraceIds } from '#platform/telemetry/tracing/traceparent.js';

export interface AnswerParts {
  /** The call. */
  readonly parent: Partial<TraceIds>;
  readonly model: string;
  /** In ms, as performance.now() tells. */
  readonly since: number;
  /** Its model and adapter are there. */
  readonly entered: number | undefined;
  /** Its first token is. */
  readonly first: number | undefined;
  readonly end: number;
  readonly promptTokens: number;
  readonly tokens: number;
  readonly finish: string;
}

export function noteAnswer({
  parent,
  model,
  since,
  entered,
  first,
  end,
  ...told
}: AnswerParts): void {
  const part = (name: string, from: number, to: number, attributes = {}): void =>
    pastSpan(name, {
      parent,
      startTime: performance.timeOrigin + from,
      endTime: performance.timeOrigin + to,
      attributes: { 'gen_ai.request.model': model, ...attributes },
    });
  part('admission', since, entered ?? end);
  if (entered === undefined) return;
  const read = { 'gen_ai.usage.input_tokens': told.promptTokens };
  part('prefill', entered, first ?? end, first === undefined ? {} : read);
  if (first === undefined) return;
  const written = { 'gen_ai.usage.output_tokens': told.tokens, 'lethe.finish': told.finish };
  part('decode', first, end, written);
}
