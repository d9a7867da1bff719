// The objectives that there are. Each has its loss in libs/training/objectives, which the compiler
// asks for.

import { z } from 'zod';
import { choose, type Choice, type Chosen } from '../choices/choice.js';
import { altpo } from './altpo.js';
import { ceu } from './ceu.js';
import { dpo } from './dpo.js';
import { erase } from './erase.js';
import { ga } from './ga.js';
import { gd } from './gd.js';
import { idkdpo } from './idkdpo.js';
import { kl } from './kl.js';
import { npo } from './npo.js';
import type { Objective } from './objective.js';
import { pdu } from './pdu.js';
import { relearnDpo } from './relearn-dpo.js';
import { relearn } from './relearn.js';
import { rmu } from './rmu.js';
import { satimp } from './satimp.js';
import { sft } from './sft.js';
import { simnpo } from './simnpo.js';
import { undial } from './undial.js';
import { wga } from './wga.js';

/** By name, in the order of names. */
export const objectives = {
  altpo,
  ceu,
  dpo,
  erase,
  ga,
  gd,
  idkdpo,
  kl,
  npo,
  pdu,
  relearn,
  relearn_dpo: relearnDpo,
  rmu,
  satimp,
  sft,
  simnpo,
  undial,
  wga,
} as const satisfies Readonly<Record<string, Objective>>;

export type ObjectiveName = keyof typeof objectives;
export type ChosenObjective = Chosen<typeof objectives>;

export const objectiveNames = Object.keys(objectives) as readonly ObjectiveName[];

/** Those that a request to forget can name: one that learns the set it is given cannot be meant. */
export const unlearningNames = objectiveNames.filter((name) => objectives[name].rows !== 'taught');

function optionsOf(name: ObjectiveName): z.ZodObject {
  const { options } = objectives[name];
  const takes = Object.keys(options).join(', ') || 'no option';
  return z.strictObject(options, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `${name} takes ${takes}` : undefined),
  });
}

/** @throws ChoiceError for a name that is not among `names`, or an option that it does not take. */
export const chooseObjective = (
  choice: Choice,
  names: readonly ObjectiveName[] = objectiveNames,
): ChosenObjective =>
  choose(
    Object.fromEntries(names.map((name) => [name, optionsOf(name)])),
    choice,
  ) as ChosenObjective;
