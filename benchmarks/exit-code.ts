// What a benchmark's command ends with where it failed.

import { ExecaError } from 'execa';
import { exitCodes } from '../cli/exit-codes.js';
import { reportError } from '../cli/report-error.js';

/** Prints the error, but for that of a `lethe` that was run: it has printed its own. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof ExecaError ? (error.exitCode ?? exitCodes.failed) : reportError(error, false);
