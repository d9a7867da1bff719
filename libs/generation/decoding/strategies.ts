// The strategies that there are, and what a request says of one.

import type { StrategyName } from '#contracts/decoding.js';
import { cad } from './cad.js';
import { deco } from './deco.js';
import { dola } from './dola.js';
import { energy } from './energy.js';
import { sled } from './sled.js';
import type { Strategy } from './strategy.js';

const strategies = { cad, deco, dola, energy, sled } satisfies Record<StrategyName, unknown>;

type DecodingBy<Name extends StrategyName> = {
  readonly strategy: Name;
} & Parameters<(typeof strategies)[Name]>[0];

/** A strategy with its numbers. */
export type Decoding = { [Name in StrategyName]: DecodingBy<Name> }[StrategyName];

export const strategyOf = (decoding: Decoding): Strategy =>
  (strategies[decoding.strategy] as (options: Decoding) => Strategy)(decoding);
