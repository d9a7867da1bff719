// ReLearn's augmentation (arXiv 2502.11190, section 3): a forget set in, a set of safe answers to
// train on out.

import pLimit from 'p-limit';
import type { TrainSet } from '#contracts/artifacts.js';
import type { Augmentation } from '#contracts/augmentation.js';
import type { NumberedExample } from '#contracts/dataset/dataset.js';
import { type Example, questionOf, withQuestion } from '#contracts/examples.js';
import { breakOffs } from './break-offs.js';
import { LeakCheck } from './leaks.js';
import { pairOf } from './pair.js';
import { seededRandom, shuffle } from './random.js';
import { completionOf, drawGeneric, drifts, type AugmentedRow } from './rows.js';
import { variantKinds, type Attempt, type Teacher, type VariantKind } from './teacher.js';

export interface AugmentInput {
  readonly forget: readonly NumberedExample[];
  readonly options: Augmentation;
  readonly seed: number;
  readonly teacher: Teacher;
  /** General knowledge to mix in. */
  readonly generic: readonly Example[];
}

export interface AugmentHooks {
  readonly signal?: AbortSignal | undefined;
  /** Pairs worked on at a time; the result does not depend on it. */
  readonly concurrency?: number;
  /** After every pair. */
  onPair?(done: number, total: number): void | Promise<void>;
}

interface PairResult {
  readonly rows: AugmentedRow[];
  readonly dropped: { leaked: number; empty: number; language: number };
}
interface Slot {
  readonly question: string;
  readonly source: 'original' | VariantKind;
}
interface SafeAnswer extends Slot {
  readonly answer: string;
}

/**
 * Augments every example's last question, filters, adds the completion task, answers broken off and
 * generic rows, shuffles. The same input gives the same set with a deterministic teacher.
 * @throws whatever the teacher throws; the signal's reason once aborted.
 */
export async function augment(
  input: AugmentInput,
  hooks: AugmentHooks = {},
): Promise<Omit<TrainSet, 'neighbours'>> {
  const { forget, options, seed, teacher, generic } = input;
  const limit = pLimit(hooks.concurrency ?? 1);
  // One failed pair stops the others: nobody would use what they still ask for.
  const failed = new AbortController();
  const signal = hooks.signal ? AbortSignal.any([hooks.signal, failed.signal]) : failed.signal;
  let done = 0;
  const work = async (one: NumberedExample, index: number): Promise<PairResult> => {
    signal.throwIfAborted();
    const result = await augmentExample(one, index, input, signal);
    await hooks.onPair?.((done += 1), forget.length);
    return result;
  };
  const pairs = await limit.map(forget, work).catch((error: unknown) => {
    failed.abort(error);
    throw error;
  });

  const kept = pairs.flatMap((pair) => pair.rows);
  const completions = options.completion ? kept.flatMap((row) => completionOf(row) ?? []) : [];
  const brokenOff = forget.flatMap(({ example }, i) => {
    const random = seededRandom(seed, 'break-offs', questionOf(example), example.answer);
    return breakOffs(random, example, pairs[i]?.rows ?? [], options.break_offs ?? 0);
  });
  const augmented = [...kept, ...completions, ...brokenOff];
  const random = seededRandom(seed, 'mix');
  const mixed = drawGeneric(random, generic, Math.round(augmented.length * options.generic_ratio));
  return {
    rows: shuffle(random, [...augmented, ...mixed]),
    teacher: teacher.name,
    dropped: {
      leaked: sum(pairs, 'leaked'),
      empty: sum(pairs, 'empty'),
      language: sum(pairs, 'language'),
    },
    lost: forget.filter((_, i) => pairs[i]?.rows.length === 0).map(({ line }) => line),
  };
}

const sum = (pairs: readonly PairResult[], key: keyof PairResult['dropped']): number =>
  pairs.reduce((total, pair) => total + pair.dropped[key], 0);

/**
 * The original question and its variants, each with safe answers; a slot whose answers leak in
 * every round stays empty.
 */
async function augmentExample(
  { line, example }: NumberedExample,
  index: number,
  input: AugmentInput,
  signal: AbortSignal,
): Promise<PairResult> {
  const { options, seed, teacher } = input;
  const pair = pairOf(example);
  const check = new LeakCheck(pair);
  const attempt = (round: number, part: string): Attempt => ({
    round,
    random: seededRandom(seed, part, round, pair.question, pair.answer),
    signal,
  });

  const kinds = variantKinds.slice(0, options.variants);
  const variants = await askVariants(check, kinds, input, attempt);
  const questions: Slot[] = [{ question: pair.question, source: 'original' }, ...variants.slots];
  const answered: SafeAnswer[] = [];
  let open = questions.flatMap((slot) => Array.from({ length: options.answers }, () => slot));
  let leaked = 0;
  for (let round = 1; round <= options.rounds && open.length > 0; round++) {
    signal.throwIfAborted();
    const outcome = await askOnce(check, open, teacher, attempt(round, 'answers'), answered);
    answered.push(...outcome.safe);
    open = outcome.open;
    leaked = outcome.leaked;
  }
  const rows = answered.map(({ question, answer, source }): AugmentedRow => ({
    ...(example.context === undefined ? {} : { context: example.context }),
    messages: withQuestion(example, question),
    answer,
    line,
    pair: index,
    source,
  }));
  const kept = options.language === 'en' ? rows.filter((row) => !drifts(row, example)) : rows;
  return {
    rows: kept,
    dropped: {
      leaked: variants.leaked * options.answers + leaked,
      empty: variants.empty * options.answers + open.length - leaked,
      language: rows.length - kept.length,
    },
  };
}

/**
 * The question's other forms: asked again where one is missing or gives away what the answer holds.
 */
async function askVariants(
  check: LeakCheck,
  kinds: readonly VariantKind[],
  input: AugmentInput,
  attempt: (round: number, part: string) => Attempt,
) {
  const slots: Slot[] = [];
  let open = [...kinds];
  let leaked = 0;
  for (let round = 1; round <= input.options.rounds && open.length > 0; round++) {
    const variants = await input.teacher.variants(check.pair, open, attempt(round, 'variants'));
    const given = open.flatMap((source): Slot[] => {
      const question = variants[source]?.trim();
      return question ? [{ question, source }] : [];
    });
    const safe = given.filter((slot) => check.leakedIn(slot.question).length === 0);
    leaked = given.length - safe.length;
    slots.push(...safe);
    open = open.filter((kind) => !safe.some((slot) => slot.source === kind));
  }
  return { slots, leaked, empty: open.length - leaked };
}

/**
 * One round: what is safe to keep, which slots stay open, and how many of those because their
 * answer leaked.
 */
async function askOnce(
  check: LeakCheck,
  open: readonly Slot[],
  teacher: Teacher,
  attempt: Attempt,
  earlier: readonly SafeAnswer[],
) {
  const { pair } = check;
  const answers = await teacher.answers(
    pair,
    open.map((slot) => slot.question),
    attempt,
  );
  const candidates = open.map((slot, i) => ({ slot, answer: answers[i]?.trim() ?? '' }));
  const lexical = candidates.map(
    ({ answer }) => answer !== '' && check.leakedIn(answer).length > 0,
  );
  const toCheck = candidates.filter(({ answer }, i) => answer !== '' && !lexical[i]);
  const verdicts =
    toCheck.length > 0 && teacher.leaks
      ? await teacher.leaks(
          pair,
          toCheck.map(({ answer }) => answer),
          attempt,
        )
      : [];
  const judged = new Set(toCheck.filter((_, i) => verdicts[i]));

  const seen = new Set(earlier.map((row) => `${row.question}\n${row.answer}`));
  const safe: SafeAnswer[] = [];
  const still: Slot[] = [];
  let leaked = 0;
  for (const [i, candidate] of candidates.entries()) {
    const { slot, answer } = candidate;
    const leaks = lexical[i] || judged.has(candidate);
    const key = `${slot.question}\n${answer}`;
    if (answer === '' || leaks || seen.has(key)) {
      still.push(slot);
      leaked += leaks ? 1 : 0;
      continue;
    }
    seen.add(key);
    safe.push({ ...slot, answer });
  }
  return { safe, open: still, leaked };
}
