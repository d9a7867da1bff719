// What a model can be put to when it is evaluated.

import { askedNames, isAttack, neededBy, textAloneOf } from './probes.js';

const museNames = ['muse-knowmem', 'muse-verbmem'] as const;
export type MuseName = (typeof museNames)[number];

/** One for each of TOFU's sets, as each is measured in its own way. */
export const tofuNames = ['tofu-forget', 'tofu-retain', 'tofu-authors', 'tofu-facts'] as const;
export type TofuName = (typeof tofuNames)[number];

export const isTofu = (task: TaskName): task is TofuName => tofuNames.some((name) => name === task);

/** About pictures: is what a model says it sees there? */
export const seeingNames = ['chair', 'pope', 'mme'] as const;
export type SeeingName = (typeof seeingNames)[number];

export const isSeeing = (task: TaskName): task is SeeingName =>
  seeingNames.some((name) => name === task);

const tofu = { maxTokens: 200 };
/** Asked as a benchmark's own code asks them; so many tokens are generated. */
export const benchmarks: Readonly<Record<MuseName | TofuName | SeeingName, { maxTokens: number }>> =
  {
    'muse-knowmem': { maxTokens: 32 },
    'muse-verbmem': { maxTokens: 128 },
    'tofu-forget': tofu,
    'tofu-retain': tofu,
    'tofu-authors': tofu,
    'tofu-facts': tofu,
    chair: { maxTokens: 512 },
    pope: { maxTokens: 64 },
    mme: { maxTokens: 64 },
  };
export type BenchmarkName = keyof typeof benchmarks;
export const benchmarkNames = Object.keys(benchmarks) as BenchmarkName[];

export const isBenchmark = (task: TaskName): task is BenchmarkName =>
  benchmarkNames.some((name) => name === task);

/** `unlearning`: is one set forgotten, and the other known still? The others: a probe of an audit that takes no training, or a benchmark. */
export const tasks = ['unlearning', ...askedNames, ...benchmarkNames] as const;
export type TaskName = (typeof tasks)[number];

/** Why it cannot ask about rows that show pictures, where it cannot. */
export function pictureless(task: TaskName): string | undefined {
  if (task === 'unlearning') return undefined;
  if (!isBenchmark(task)) return textAloneOf(task);
  return isTofu(task) || isSeeing(task)
    ? undefined
    : 'it asks by a text without a conversation, as its benchmark does';
}

/** Whether it asks one file alone, and reads the retain file of no run. */
export const asksAlone = (task: TaskName): boolean => isTofu(task) || isSeeing(task);

/** Whether a judge reads what the model answers. */
export const isJudged = (task: TaskName): boolean =>
  task === 'unlearning' || (!isBenchmark(task) && isAttack(task));

/** Whether questions that no model was taught are asked beside the forget set's. */
export const isHeldOut = (task: TaskName): boolean =>
  task !== 'unlearning' && !isBenchmark(task) && neededBy(task) === 'holdout';

/** Whether a model answers in its own words; all else is likelihoods alone. */
export const isAnswered = (task: TaskName): boolean => isJudged(task) || isBenchmark(task);
