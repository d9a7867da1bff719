// Who the running code works for: set once where work enters a process, seen by every log line,
// span and outgoing call below it.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { OpenSpan } from '../telemetry/tracing/open-span.js';
import type { TraceIds } from '../telemetry/tracing/traceparent.js';

export interface WorkContext extends Partial<TraceIds> {
  readonly jobId?: string;
  readonly tenantId?: string;
  /** The one at work, where spans are made. */
  readonly span?: OpenSpan;
}

const storage = new AsyncLocalStorage<WorkContext>();

export const currentContext = (): WorkContext => storage.getStore() ?? {};

/** Runs `work` with the given ids added to the current ones. */
export function withContext<T>(context: WorkContext, work: () => T): T {
  return storage.run({ ...currentContext(), ...context }, work);
}
