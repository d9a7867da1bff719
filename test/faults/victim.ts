// What is killed and stopped: the processes of a platform, and its PostgreSQL.

import { signal } from '#supervisor/process-table.js';
import type { PostgresServer } from '#testing/postgres.js';
import type { TestPlatform } from '../testing/platform.js';

/** `restart`: told to end at once, as by an operator, and started again. */
export type Blow = 'kill' | 'restart';

export interface Victim {
  readonly name: string;
  readonly blows: readonly Blow[];
  /** @returns false where nothing was there to be hit. */
  strike(blow: Blow): Promise<boolean>;
  /** Stops it with SIGSTOP. @returns lets it go on; undefined where nothing was there. */
  stop(): Promise<(() => Promise<void>) | undefined>;
}

export const processNames = [
  'gateway',
  'training',
  'evaluation',
  'augmentation',
  'inference',
  'redis',
] as const;

/** A process that the supervisor starts again. */
export const supervised = (platform: TestPlatform, name: string): Victim => ({
  name,
  blows: ['kill'],
  async strike() {
    const { pid } = platform.process(name);
    return pid !== undefined && signal(pid, 'SIGKILL');
  },
  async stop() {
    const { pid } = platform.process(name);
    if (pid === undefined || !signal(pid, 'SIGSTOP')) return undefined;
    return async () => void signal(pid, 'SIGCONT');
  },
});

/** Nobody else starts it again: whoever strikes it does. */
export const database = (server: PostgresServer): Victim => ({
  name: 'postgres',
  blows: ['kill', 'restart'],
  async strike(blow) {
    await (blow === 'kill' ? server.signal('SIGKILL') : server.stop());
    await server.start();
    return true;
  },
  async stop() {
    await server.signal('SIGSTOP');
    return () => server.signal('SIGCONT');
  },
});

/** @param only names of some; `none` alone: none. @throws Error naming those that there are. */
export function chooseVictims(
  platform: TestPlatform,
  postgres: PostgresServer,
  only?: readonly string[],
): Victim[] {
  const all = [...processNames.map((name) => supervised(platform, name)), database(postgres)];
  if (only?.join() === 'none') return [];
  const unknown = only?.filter((name) => !all.some((victim) => victim.name === name)) ?? [];
  if (unknown.length > 0)
    throw new Error(
      `--only: expected none, or some of ${all.map(({ name }) => name).join()}, found ${unknown.join()}`,
    );
  return all.filter(({ name }) => only?.includes(name) ?? true);
}
