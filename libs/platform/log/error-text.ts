// What of an error may stand in a log. Its message may quote a tenant, as a JSON parser quotes what
// it reads and a database the values of its statement.

import { Failure } from '#failure/failure.js';

/**
 * Packages whose errors may be logged in their own words: they speak of connections, commands, ids
 * and modules. Parsers of what databases answer are not among them.
 */
const LIBRARIES: ReadonlySet<string> = new Set([
  '@aws-sdk',
  '@nestjs/core',
  '@smithy',
  'bullmq',
  'ioredis',
  'pg',
  'pg-pool',
  'redis-parser',
]);

/** A line of a stack. */
const FRAME = /^ {4}at .+:\d+:\d+\)?$/;

/** The message where it is the system's or a known library's, or else the public one. */
export function sayableText(error: unknown): string {
  const isKnown = error instanceof Error && (isOfSystem(error) || isOfLibrary(error));
  return isKnown ? error.message : Failure.of(error).publicMessage;
}

/** The lines of a stack below its message, which may look like lines of one. */
export function framesOf({ message, stack = '' }: Pick<Error, 'message' | 'stack'>): string[] {
  const at = stack.indexOf(message);
  const below = at < 0 ? '' : stack.slice(at + message.length);
  return below.split('\n').filter((line) => FRAME.test(line));
}

/** Of a call to the system: it names a call, a file or an address, never what was read or sent. */
const isOfSystem = (error: Error): boolean => 'syscall' in error;

/** Who made an error is who comes first in its stack: a package, or any of its scope. */
function isOfLibrary(error: Error): boolean {
  const [frame = ''] = framesOf(error);
  const [, ...inside] = frame.split('/node_modules/');
  const [first = '', second = ''] = inside.at(-1)?.split('/') ?? [];
  return LIBRARIES.has(first) || LIBRARIES.has(`${first}/${second}`);
}
