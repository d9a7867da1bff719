// Nest's own messages, in the service's log.

import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.js';

type Level = 'info' | 'warn' | 'error' | 'fatal' | 'debug' | 'trace';

/**
 * Nest appends the speaker's name as the last argument. An error comes as itself, or as its message
 * with its stack before the name.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log = (message: unknown, ...rest: unknown[]): void => this.write('debug', message, rest);
  warn = (message: unknown, ...rest: unknown[]): void => this.write('warn', message, rest);
  error = (message: unknown, ...rest: unknown[]): void => this.write('error', message, rest);
  fatal = (message: unknown, ...rest: unknown[]): void => this.write('fatal', message, rest);
  debug = (message: unknown, ...rest: unknown[]): void => this.write('debug', message, rest);
  verbose = (message: unknown, ...rest: unknown[]): void => this.write('trace', message, rest);

  private write(level: Level, message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const error = rest.length > 1 ? rebuilt(String(message), rest[0]) : message;
    if (error instanceof Error) this.logger[level]({ err: error, context }, 'an error');
    else this.logger[level]({ context }, String(error));
  }
}

const rebuilt = (message: string, stack: unknown): Error =>
  Object.assign(new Error(message), { stack: String(stack) });
