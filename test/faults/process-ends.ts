// How the processes of a platform ended, from what the supervisor wrote into their logs.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { layout } from '#supervisor/layout.js';
import type { TestPlatform } from '../testing/platform.js';
import type { Struck } from './striker.js';

export interface Ends {
  /** Reasons, in their order. */
  readonly reasons: readonly string[];
  /** Of these, by the supervisor, as the process did not answer. */
  readonly hung: number;
}

/** @param logs the folder. */
function readEnds(logs: string, name: string): Ends {
  const log = join(logs, `${name}.log`);
  const text = [`${log}.1`, log]
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('');
  return {
    reasons: [...text.matchAll(/^\w+ ended \((.+?)\); starts again/gm)].map(
      ([, reason]) => reason!,
    ),
    hung: [...text.matchAll(/does not answer: killed$/gm)].length,
  };
}

/** @param kills and stops that it was dealt. @returns what it did by itself. */
export function ownEnds(
  name: string,
  { reasons, hung }: Ends,
  { kills, stops }: { readonly kills: number; readonly stops: number },
): string[] {
  const others = reasons.filter((reason) => reason !== 'SIGKILL');
  const killed = reasons.length - others.length;
  return [
    ...others.map((reason) => `${name} ended by itself (${reason})`),
    ...(hung > stops ? [`${name} hung ${hung} times, and was stopped ${stops} times`] : []),
    ...(killed > kills + hung
      ? [`${name} was killed ${killed} times, ${kills} of them by us and ${hung} as it hung`]
      : []),
  ];
}

/** @returns what a process of the platform did by itself. */
export function endsOf(platform: TestPlatform, name: string, struck: readonly Struck[]): string[] {
  const own = struck.filter(({ fault, hit }) => hit && fault.victim === name);
  const stops = own.filter(({ fault }) => fault.kind === 'stop').length;
  const ends = readEnds(layout(platform.env.home).logs, name);
  return ownEnds(name, ends, { kills: own.length - stops, stops });
}
