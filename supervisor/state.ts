// state.json: what runs in a data folder. Written by the supervisor, read by every other command.

import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writeFileAtomic } from './atomic-file.js';
import { isRunning } from './process-table.js';

const processSchema = z.object({
  name: z.string(),
  pid: z.number().int().optional(),
  port: z.number().int(),
  status: z.enum(['starting', 'ready', 'hung', 'restarting', 'stopped']),
  restarts: z.number().int(),
  /** Part of the command line by which the process is known. */
  mark: z.string(),
  log: z.string(),
});
export type ProcessState = z.infer<typeof processSchema>;

const stateSchema = z.object({
  pid: z.number().int(),
  url: z.string(),
  startedAt: z.string(),
  processes: z.array(processSchema),
});
export type PlatformState = z.infer<typeof stateSchema>;

/** The supervisor's process title, by which it is told from another process with its id. */
export const supervisorMark = 'lethe-supervisor';

/** @returns null where the folder has no state, or one that cannot be read. */
export function readState(path: string): PlatformState | null {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

export const writeState = (path: string, state: PlatformState): void =>
  writeFileAtomic(path, `${JSON.stringify(state, null, 2)}\n`);

/** The state, where its supervisor lives. */
export function runningState(path: string): PlatformState | null {
  const state = readState(path);
  return state && isRunning(state.pid, supervisorMark) ? state : null;
}
