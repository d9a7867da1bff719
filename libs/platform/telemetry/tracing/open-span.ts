// A span that has not ended.

import type { Attributes } from '@opentelemetry/api';
import type { TraceIds } from './traceparent.js';

export interface OpenSpan {
  /** Of the work below it. */
  readonly ids: Partial<TraceIds>;
  set(attributes: Attributes): void;
  event(name: string, attributes?: Attributes): void;
  /** @param type of what went wrong: a name of ours, or a status. */
  fail(type: string): void;
  /** The first call counts. @param error that the work ended with: its type alone is told. */
  end(error?: unknown): void;
}
