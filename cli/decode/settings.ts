// Which settings of DeCo a tuning tries.

import { InvalidArgumentError } from 'commander';
import { namesOf } from '../values.js';

export type Window = readonly [first: number, last: number];

export interface Setting {
  readonly layers: Window;
  readonly alpha: number;
}

/** What is added grows with the scale of a model's logits: from little to more than its authors'. */
export const defaultAlphas = [0.1, 0.2, 0.4, 0.6, 1];

/** Shares of the depth: DeCo's for LLaVA and for InstructBLIP, below them, above them, and all of these. */
const SHARES = [
  [0.625, 0.875],
  [0.47, 0.75],
  [0.25, 0.5],
  [0.8, 1],
  [0.5, 1],
] as const;

/** Of a model of so many layers: all before the last one. */
export function defaultWindows(depth: number): Window[] {
  const last = Math.max(depth - 1, 1);
  const within = (share: number): number => Math.min(Math.max(Math.round(share * depth), 1), last);
  const windows = new Map<string, Window>();
  for (const [from, to] of SHARES) {
    const window: Window = [within(from), within(to)];
    windows.set(window.join('-'), window);
  }
  return [...windows.values()];
}

/** @throws InvalidArgumentError */
export const windowsIn = (text: string): Window[] =>
  namesOf(text).map((name) => {
    const [, from, to] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(name) ?? [];
    const window: Window = [Number(from), Number(to ?? from)];
    if (from === undefined || window[0] > window[1])
      throw new InvalidArgumentError(`'${name}' is no window of layers such as 19-26.`);
    return window;
  });

/** @throws InvalidArgumentError */
export const alphasIn = (text: string): number[] =>
  namesOf(text).map((name) => {
    const alpha = Number(name);
    if (name === '' || !(alpha > 0 && alpha <= 100))
      throw new InvalidArgumentError(`'${name}' is no number above 0, up to 100.`);
    return alpha;
  });

/** The candidates alone come first: with a factor of 0 it does not matter which layers are asked. */
export const settingsOf = (windows: readonly Window[], alphas: readonly number[]): Setting[] => [
  ...windows.slice(0, 1).map((layers) => ({ layers, alpha: 0 })),
  ...windows.flatMap((layers) => alphas.map((alpha) => ({ layers, alpha }))),
];
