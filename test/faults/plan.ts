// Which faults come when: a plan follows from its seed.

import type { Random } from '../fuzz/random.js';
import type { Blow, Victim } from './victim.js';

/** `at` and `ms` in ms; a stop lasts for `ms`. */
export type Fault =
  | { readonly kind: 'stop'; readonly victim: string; readonly at: number; readonly ms: number }
  | { readonly kind: Blow; readonly victim: string; readonly at: number };

type Stop = Extract<Fault, { kind: 'stop' }>;
type Target = Pick<Victim, 'name' | 'blows'>;

/**
 * Locks are lost after 10 s. After 40 s the supervisor has most often replaced the process, after
 * 20 s the stopped one goes on.
 */
const STOPS = [20_000, 40_000];
/** Between two stops, and between two blows: others have to start again meanwhile. */
const [STOP_GAP, BLOW_GAP] = [
  [1_000, 4_000],
  [8_000, 16_000],
] as const;

/** One victim after the other stands still, and meanwhile others die. @param length of it, in ms. */
export function planFaults(random: Random, victims: readonly Target[], length: number): Fault[] {
  const stops = [...planStops(random, victims, length)];
  const blows = [...planBlows(random, victims, length, stops)];
  return [...stops, ...blows].toSorted((a, b) => a.at - b.at);
}

function* planStops(random: Random, victims: readonly Target[], length: number): Generator<Stop> {
  let at = gap(random, STOP_GAP);
  for (const { name: victim } of rounds(random, victims)) {
    const ms = random.pick(STOPS);
    if (at + ms > length) return;
    yield { kind: 'stop', victim, at, ms };
    at += ms + gap(random, STOP_GAP);
  }
}

function* planBlows(
  random: Random,
  victims: readonly Target[],
  length: number,
  stops: readonly Stop[],
): Generator<Fault> {
  let at = gap(random, BLOW_GAP);
  for (const { name: victim, blows } of rounds(random, victims)) {
    if (at > length) return;
    const standsStill = (stop: Stop): boolean =>
      stop.victim === victim && at >= stop.at && at <= stop.at + stop.ms;
    if (!stops.some(standsStill)) yield { kind: random.pick(blows), victim, at };
    at += gap(random, BLOW_GAP);
  }
}

const gap = (random: Random, [from, to]: readonly [number, number]): number =>
  from + random.below(to - from);

/** All of them in a random order, again and again; none where there are none. */
function* rounds<T>(random: Random, list: readonly T[]): Generator<T> {
  while (list.length > 0) {
    const left = [...list];
    while (left.length > 0) yield* left.splice(random.below(left.length), 1);
  }
}
