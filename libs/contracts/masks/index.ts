// The masks that there are: each lets a step change only some of the parameters.

import { z } from 'zod';
import { choose, type Choice, type Chosen } from '../choices/choice.js';
import type { Mask } from './mask.js';
import { memflex } from './memflex.js';
import { sure } from './sure.js';

export const masks = { sure, memflex } as const satisfies Readonly<Record<string, Mask>>;

export type MaskName = keyof typeof masks;
export type ChosenMask = Chosen<typeof masks>;

export const maskNames = Object.keys(masks) as readonly MaskName[];

const schemas = Object.fromEntries(
  Object.entries(masks).map(([name, { options }]) => [name, z.strictObject(options)]),
);

/** @throws ChoiceError for a mask that does not exist, or an option that it does not take. */
export const chooseMask = (choice: Choice): ChosenMask => choose(schemas, choice) as ChosenMask;
