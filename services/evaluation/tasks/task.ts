// What an evaluation asks of a model, and what it makes of the answers.

import type { ReportRow, Summary } from '#contracts/artifacts.js';
import type { Example } from '#contracts/examples.js';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import type { BareRow, ScoredAnswer, SetName, Sets } from '../metrics/metric.js';

export interface Task {
  /** Those of the job that are asked, in the order of the report's rows. */
  readonly sets: readonly SetName[];
  /** What the model is shown of an example. */
  prompt(example: Example): Prompt;
  /** All that the report's schemas ask for. */
  readonly metrics: {
    row(answer: ScoredAnswer): Omit<ReportRow, keyof BareRow>;
    summary(sets: Sets): Summary;
  };
}
