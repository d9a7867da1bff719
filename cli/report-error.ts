// Every error ends here: one sentence on stderr (or one JSON object) and an exit code.

import { APIConnectionError, APIError } from 'openai';
import pc from 'picocolors';
import { z } from 'zod';
import { LogFormatError } from '#metrics/logs/log-format-error.js';
import { AdapterError } from '#models/errors/adapter.error.js';
import { CheckpointError } from '#models/errors/checkpoint.error.js';
import { FolderExistsError } from '#models/errors/folder-exists.error.js';
import { UnknownModelError } from '#models/errors/unknown-model.error.js';
import { EnvError } from '#platform/errors/env.error.js';
import { UnusableSecretError } from '#platform/errors/unusable-secret.error.js';
import { PlatformError } from '#supervisor/platform-error.js';
import { CommandError } from './command-error.js';
import { exitCodes } from './exit-codes.js';

export interface ReportedError {
  readonly message: string;
  readonly exitCode: number;
  readonly code?: string | null;
  readonly param?: string | null;
}

/** A model, an adapter, a setting or a key that cannot be used as it was named. */
const INPUT_ERRORS = [
  AdapterError,
  CheckpointError,
  EnvError,
  FolderExistsError,
  UnknownModelError,
  UnusableSecretError,
];

function describeError(error: unknown): ReportedError {
  if (error instanceof CommandError) return { message: error.message, exitCode: error.exitCode };
  if (error instanceof PlatformError)
    return { message: error.message, exitCode: exitCodes.unavailable };
  if (error instanceof APIConnectionError)
    return {
      message: `the gateway does not answer (${causeOf(error)}): is it running? Try "lethe status" or "lethe up"`,
      exitCode: exitCodes.unavailable,
    };
  if (error instanceof APIError) return describeApiError(error);
  if (error instanceof LogFormatError) return { message: error.message, exitCode: exitCodes.usage };
  if (error instanceof z.ZodError)
    return { message: z.prettifyError(error), exitCode: exitCodes.usage };
  if (INPUT_ERRORS.some((kind) => error instanceof kind))
    return { message: (error as Error).message, exitCode: exitCodes.usage };
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' && path)
    return { message: `${path} does not exist`, exitCode: exitCodes.usage };
  return { message: message ?? String(error), exitCode: exitCodes.failed };
}

function describeApiError(error: APIError): ReportedError {
  const body = error.error as { message?: string } | undefined;
  const message = body?.message ?? error.message;
  const exitCode =
    error.status !== undefined && error.status < 500 && error.status !== 429
      ? exitCodes.usage
      : exitCodes.unavailable;
  return {
    message: error.param ? `${message} (${error.param})` : message,
    exitCode,
    code: error.code,
    param: error.param,
  };
}

function causeOf(error: Error): string {
  let cause: unknown = error;
  while (cause instanceof Error && cause.cause) cause = cause.cause;
  return (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
}

/** Prints the error. @returns the exit code to end with. */
export function reportError(error: unknown, json: boolean): number {
  const { exitCode, ...rest } = describeError(error);
  process.stderr.write(
    json ? `${JSON.stringify({ error: rest })}\n` : `${pc.red('error:')} ${rest.message}\n`,
  );
  return exitCode;
}
