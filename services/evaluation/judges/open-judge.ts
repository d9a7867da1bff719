// A judge as this worker's settings open it.

import type { JudgeName } from '#contracts/judges.js';
import type { Judge } from '#metrics/judge.js';
import type { Env } from '../env.js';

export interface OpenJudge {
  /** @param signal of the job that is judged: once it aborts, nothing more is asked. */
  forJob(signal: AbortSignal): Judge;
  close?(): Promise<void>;
}

/**
 * Called once; what it opens serves all jobs.
 * @param other another judge, which does part of the work.
 * @throws MissingSettingError naming the settings that are missing.
 */
export type JudgeOpener = (env: Env, other: (name: JudgeName) => OpenJudge) => OpenJudge;
