// JSON logs on standard output, one line an event, with the ids of the job, tenant and trace at
// work.

import { pino, type DestinationStream, type Logger } from 'pino';
import { Failure } from '#failure/failure.js';
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
    serializers: { err: errorFields },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  };
  return destination ? pino(options, destination) : pino(options);
}

/** A line of a stack: none of a message, which the stack begins with. */
const FRAME = /^ {4}at .+:\d+:\d+\)?$/;

/**
 * Of an error its public message: the other one, and those of its causes, may quote a tenant, as a
 * JSON parser quotes what it reads and a database the values of its statement.
 */
function errorFields(error: unknown): unknown {
  const { type, permanent, publicMessage, stack = '', cause } = Failure.of(error);
  const frames = stack.split('\n').filter((line) => FRAME.test(line));
  return {
    type: error instanceof Error ? error.name : typeof error,
    failure: type,
    permanent,
    message: isOfSystem(error) ? error.message : publicMessage,
    stack: frames.join('\n'),
    ...(cause === undefined ? {} : { cause: errorFields(cause) }),
  };
}

/** Of a call to the system: it names a call, a file or an address, never what was read or sent. */
const isOfSystem = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error;
