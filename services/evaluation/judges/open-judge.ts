// A judge as this worker's settings open it.

import type { JudgeName } from '#contracts/judges.js';
import type { Judge } from '#metrics/judge.js';
import type { JudgeEnv } from '../env.js';
import type { Reading } from '../reading/reading.js';

export interface OpenJudge {
  /** @param signal of the job that is judged: once it aborts, nothing more is asked. */
  forJob(signal: AbortSignal): Judge;
  /** What stands behind its name in the settings, as one hash; absent of one that is code alone. */
  model?(): Promise<string>;
  close?(): Promise<void>;
}

/** What does part of a judge's work. */
export interface Helpers {
  other(name: JudgeName): OpenJudge;
  readonly reading: Reading;
}

/**
 * Called once; what it opens serves all jobs.
 * @throws MissingSettingError naming the settings that are missing.
 */
export type JudgeOpener = (env: JudgeEnv, helpers: Helpers) => OpenJudge;
