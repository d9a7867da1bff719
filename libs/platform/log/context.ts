// Who the running code works for: set once where work enters a process, seen by every log line and
// outgoing call below it.

import { AsyncLocalStorage } from 'node:async_hooks';

export interface LogContext {
  readonly jobId?: string;
  readonly tenantId?: string;
  readonly traceId?: string;
}

const storage = new AsyncLocalStorage<LogContext>();

export const currentContext = (): LogContext => storage.getStore() ?? {};

/** Runs `work` with the given ids added to the current ones. */
export function withContext<T>(context: LogContext, work: () => T): T {
  return storage.run({ ...currentContext(), ...context }, work);
}
