// The probes of an audit: attacks ask for a fact in ways that a question does not, measurements look
// what the weights hold of it. services/evaluation/audit asks them.

import type { Transform } from './rounding.js';

/** How much an audit asks; `full` is all of it. */
export const auditTiers = ['quick', 'full'] as const;
export type AuditTier = (typeof auditTiers)[number];

/** What was asked: a tier, or probes that the request names. */
export const auditScopes = [...auditTiers, 'named'] as const;
export type AuditScope = (typeof auditScopes)[number];

/** `holdout`: questions of the same kind that no model was taught. */
export const auditSets = ['forget', 'holdout'] as const;
export type AuditSet = (typeof auditSets)[number];

type NeededSet = 'retain' | 'holdout';

interface ProbeEntry {
  /** An attack's answers are judged, a measurement's figures are compared. */
  readonly kind: 'attack' | 'measurement';
  /** The least that asks it. */
  readonly tier: AuditTier;
  /** As in "24 of 37 come back with three words of the answer". */
  readonly phrase: string;
  /** Whose questions it asks: default `forget`. */
  readonly set?: AuditSet;
  /** The measurement that asks the forget set the same: both together tell membership. */
  readonly members?: 'gold' | 'gradient';
  /** The set without which it cannot be asked. */
  readonly needs?: NeededSet;
  /**
   * Whether the model before is asked, with the states of the one that is measured in it: takes both
   * and a reference.
   */
  readonly patches?: true;
  readonly change?: Change;
  /** Why it asks nothing of a row that shows pictures, where it does not. */
  readonly textAlone?: string;
}

/** What is done to the model before it is asked: does that bring anything back? */
export interface Change {
  /** The attack that asks the same of the model as it is. */
  readonly unchanged: 'direct' | 'first-three-words';
  /** How inference changes it for each question. */
  readonly transform?: Transform;
  /** What it is trained on for a moment. */
  readonly relearned?: Relearned;
}

/** `forget`: some of the facts to forget, after which the others are asked. */
export type Relearned = 'forget' | 'retain' | 'unrelated';

const attack = (tier: AuditTier, phrase: string) => ({ kind: 'attack', tier, phrase }) as const;
const changed = (unchanged: Change['unchanged'], transform: Transform, phrase: string) =>
  ({ kind: 'attack', tier: 'full', phrase, change: { unchanged, transform } }) as const;
const relearned = (what: Relearned, phrase: string) =>
  ({
    kind: 'attack',
    tier: 'full',
    phrase,
    change: { unchanged: 'direct', relearned: what },
  }) as const;
const measurement = (tier: AuditTier, phrase: string) =>
  ({ kind: 'measurement', tier, phrase }) as const;

export const probes = {
  direct: attack('quick', 'when asked plainly'),
  'first-word': attack('quick', 'with the first word of the answer'),
  'first-three-words': attack('quick', 'with three words of the answer'),
  'first-quarter': attack('quick', 'with a quarter of the answer'),
  affirmative: attack('quick', 'after "Sure, here is the answer:"'),
  'role-play': attack('quick', 'asked as a biographer'),
  'few-shot': { ...attack('full', 'after other questions and their answers'), needs: 'retain' },
  paraphrase: attack('full', 'in other words'),
  'other-language': attack('full', 'in another language'),
  json: attack('full', 'as JSON'),
  insistence: attack('full', 'when insisted on'),
  reverse: {
    ...attack('full', 'asked backwards'),
    textAlone: 'it names whose the fact is, which a picture does not',
  },
  'many-shot': {
    ...attack('full', 'after many other questions and their answers'),
    needs: 'retain',
  },
  samples: attack('full', 'in one of ten answers drawn at temperature 1'),
  'half-scale': changed('direct', { scale: 0.5 }, 'with half of the adapter'),
  'half-scale-three-words': changed(
    'first-three-words',
    { scale: 0.5 },
    'with half of the adapter and three words of the answer',
  ),
  int8: changed('direct', { rounding: 'int8' }, 'with weights of 8 bits'),
  'int8-three-words': changed(
    'first-three-words',
    { rounding: 'int8' },
    'with weights of 8 bits and three words of the answer',
  ),
  nf4: changed('direct', { rounding: 'nf4' }, 'with weights of 4 bits'),
  'nf4-three-words': changed(
    'first-three-words',
    { rounding: 'nf4' },
    'with weights of 4 bits and three words of the answer',
  ),
  'relearn-forget': relearned('forget', 'after relearning a fifth of the facts'),
  'relearn-retain': {
    ...relearned('retain', 'after further training on the retain set'),
    needs: 'retain',
  },
  'relearn-unrelated': relearned('unrelated', 'after further training on unrelated questions'),
  gold: measurement('quick', 'likelihood of the gold answer'),
  'break-off': measurement('quick', 'likelihood of its next words once breaking off is ruled out'),
  'truth-ratio': measurement('quick', 'likelihood of wrong answers beside the right one'),
  holdout: {
    ...measurement('quick', 'likelihood of answers that no model was taught'),
    set: 'holdout',
    members: 'gold',
    needs: 'holdout',
  },
  choices: {
    ...measurement('quick', 'picked among the choices that come with the question'),
    textAlone: 'it asks by a text without a conversation, as its benchmarks do',
  },
  'multiple-choice': measurement('full', 'picked among four answers'),
  'yes-no': measurement('full', 'told from a wrong answer by yes and no'),
  lens: measurement('full', 'likelihood of the gold answer by layer'),
  patching: {
    ...measurement('full', "likelihood of the fact once a layer's states are another model's"),
    patches: true,
    textAlone: 'states are exchanged behind texts alone',
  },
  gradient: measurement('full', 'by how much the gold answer would move the weights'),
  'holdout-gradient': {
    ...measurement('full', 'by how much answers that no model was taught would move the weights'),
    set: 'holdout',
    members: 'gradient',
    needs: 'holdout',
  },
} as const satisfies Readonly<Record<string, ProbeEntry>>;

export type ProbeName = keyof typeof probes;
export type AttackName = {
  [N in ProbeName]: (typeof probes)[N]['kind'] extends 'attack' ? N : never;
}[ProbeName];
export type MeasurementName = Exclude<ProbeName, AttackName>;
type RelearningName = {
  [N in ProbeName]: (typeof probes)[N] extends { change: { relearned: Relearned } } ? N : never;
}[ProbeName];
type PatchingName = {
  [N in ProbeName]: (typeof probes)[N] extends { patches: true } ? N : never;
}[ProbeName];
/** Those that take one model, and no training. */
export type AskedName = Exclude<ProbeName, RelearningName | PatchingName>;

const entries: Readonly<Record<ProbeName, ProbeEntry>> = probes;
/** @returns undefined for what is asked of the model as it is. */
export const changeOf = (name: ProbeName): Change | undefined => entries[name].change;
export const setOf = (name: ProbeName): AuditSet => entries[name].set ?? 'forget';
export const membersOf = (name: ProbeName): ProbeName | undefined => entries[name].members;
export const isPatching = (name: ProbeName): boolean => entries[name].patches === true;
export const textAloneOf = (name: ProbeName): string | undefined => entries[name].textAlone;
export const neededBy = (name: ProbeName): NeededSet | undefined => entries[name].needs;

/** In the order in which they are asked. */
export const probeNames = Object.keys(probes) as ProbeName[];
export const isAttack = (name: ProbeName): name is AttackName => probes[name].kind === 'attack';
export const attackNames = probeNames.filter(isAttack);
export const measurementNames = probeNames.filter(
  (name): name is MeasurementName => !isAttack(name),
);
export const askedNames = probeNames.filter(
  (name): name is AskedName => changeOf(name)?.relearned === undefined && !isPatching(name),
);

/** @param named of the scope `named`, which asks what they are held against as well. */
export function probesOf(scope: AuditScope, named: readonly ProbeName[] = []): ProbeName[] {
  const asked = new Set(named.flatMap((name) => [name, ...heldAgainst(name)]));
  return probeNames.filter((name) =>
    scope === 'named' ? asked.has(name) : scope === 'full' || probes[name].tier === 'quick',
  );
}

/** The verdict begins with the plain question; its membership is told by likelihoods. */
const heldAgainst = (name: ProbeName): ProbeName[] => {
  const members = membersOf(name);
  return [
    'direct',
    ...(members ? (['gold', 'holdout', members] as const) : []),
    changeOf(name)?.unchanged ?? 'direct',
  ];
};

/** Whether an audit trains the models for a moment. */
export const relearns = (asked: readonly ProbeName[]): boolean =>
  asked.some((name) => changeOf(name)?.relearned !== undefined);
