// JSON logs on standard output, one line an event, with the ids of the job, tenant and trace at
// work.
import { pino, type DestinationStream, type Logger } from 'pino';
import { currentContext } from './context.js';

export type { Logger };

export interface LogOptions {
  readonly service: string;
  readonly level: string;
  /** Standard output where absent. */
  readonly destination?: DestinationStream;
}

export function createLogger({ service, level, destination }: LogOptions): Logger {
  const options = {
    level,
    base: { service, pid: process.pid },
    mixin: () => ({ ...currentContext() }),
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  };
  return destination ? pino(options, destination) : pino(options);
}
