// What a job has from its queue and its worker, and has not before.

import type { Job } from 'bullmq';

/** @throws Error for a job that was not added to a queue. */
export function idOf({ id, name }: Job): string {
  if (id === undefined) throw new Error(`expected a job of the queue, ${name} has no id`);
  return id;
}

/** The lock of the worker that runs it. @throws Error for a job that none does. */
export function tokenOf({ token, name }: Job): string {
  if (token === undefined) throw new Error(`expected a job that runs, ${name} has no lock`);
  return token;
}
