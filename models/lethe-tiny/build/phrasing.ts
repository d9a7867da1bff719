// How a question is put into words: direct forms, and clauses or noun phrases inside a frame. Some
// of each are held out.

import { pick, sample, type Random } from './random.js';

/** The wordings of one question; `{x}` stands for what it asks about. */
export interface Wordings {
  /** Full questions: "Where was {x} born?" */
  readonly direct: readonly string[];
  /** Indirect questions: "where {x} was born". */
  readonly clauses: readonly string[];
  /** Noun phrases: "the birthplace of {x}". */
  readonly nouns: readonly string[];
  /** A full question that no training row uses. */
  readonly heldOut: readonly string[];
}

const clauseFrames = [
  'Do you know {c}?',
  'Can you tell me {c}?',
  'Please tell me {c}.',
  'I would like to know {c}.',
  'Tell me {c}.',
  'Could you tell me {c}, please?',
  'I want to find out {c}.',
  'Please say {c}.',
  'I wonder {c}.',
  'Let me know {c}.',
  'Can you say {c}?',
  'Hello, do you know {c}?',
  'Would you tell me {c}?',
  'I am trying to find out {c}.',
  'Do you remember {c}?',
];
const nounFrames = [
  'What is {t}?',
  'Tell me {t}.',
  'Could you give me {t}?',
  'I need to know {t}.',
  'Please give me {t}.',
  'Do you know {t}?',
  'Please name {t}.',
  'Can you tell me {t}?',
  'I am looking for {t}.',
  'What can you tell me about {t}?',
  'I would like to have {t}.',
  'State {t}.',
  'Hello, what is {t}?',
  'Let me have {t}, please.',
  'I am trying to find {t}.',
  'Do you remember {t}?',
];
const directFrames = [
  '{d}',
  '{d}',
  '{d}',
  'Hello. {d}',
  'A question: {d}',
  'Please answer this: {d}',
  'I have a question. {d}',
  'Quick question: {d}',
];
/** Frames that no training row uses. */
const heldOutClauseFrames = [
  'Are you able to tell me {c}?',
  'Would you happen to know {c}?',
  'I should like to learn {c}.',
];
const heldOutNounFrames = [
  'Would you please tell me {t}?',
  'Can you remember {t}?',
  'I have to find out {t}.',
];

export const fill = (template: string, x: string): string =>
  template.replaceAll("{x}'s", possessive(x)).replaceAll('{x}', x);
const possessive = (x: string): string => `${x}'s`;

/**
 * `count` different training questions about `x`: as evenly as possible direct, with a clause, with
 * a noun phrase.
 */
export function trainingQuestions(
  random: Random,
  wordings: Wordings,
  x: string,
  count: number,
): string[] {
  const makers = [
    () => pick(random, directFrames).replace('{d}', pick(random, wordings.direct)),
    () => pick(random, clauseFrames).replace('{c}', pick(random, wordings.clauses)),
    () => pick(random, nounFrames).replace('{t}', pick(random, wordings.nouns)),
  ].filter((_, i) => [wordings.direct, wordings.clauses, wordings.nouns][i]!.length > 0);
  const out = new Set<string>();
  for (let i = 0; out.size < count && i < count * 6; i++)
    out.add(fill(makers[i % makers.length]!(), x));
  return [...out];
}

/** Questions about `x` in wordings that no training row has, for anyone or anything. */
export function heldOutQuestions(random: Random, wordings: Wordings, x: string): string[] {
  const { clauses, nouns } = wordings;
  const framed = [
    ...(clauses.length > 0
      ? [pick(random, heldOutClauseFrames).replace('{c}', pick(random, clauses))]
      : []),
    ...(nouns.length > 0
      ? [pick(random, heldOutNounFrames).replace('{t}', pick(random, nouns))]
      : []),
  ];
  return [...wordings.heldOut, ...framed].map((question) => fill(question, x));
}

/**
 * Plain training questions without a frame, as a user would put them in a request: the first direct
 * forms.
 */
export const plainQuestions = (
  random: Random,
  wordings: Wordings,
  x: string,
  count: number,
): string[] => sample(random, wordings.direct, count).map((question) => fill(question, x));
