// What a stage's result says to the job's owner.

import { z } from 'zod';
import { auditResultSchema } from '#contracts/audit.js';
import { augmentKnowledgeResultSchema, augmentResultSchema } from '#contracts/jobs.js';
import { evaluateKnowledgeResultSchema } from '#contracts/knowledge-report.js';
import type { StageName } from '#contracts/stages.js';

export interface StageOutcome {
  readonly trained?: { readonly tokens?: number | undefined; readonly steps?: number | undefined };
  readonly metrics?: Readonly<Record<string, number>>;
  readonly warning?: string;
}

const trainResultSchema = z.object({
  tokens: z.number().int().optional(),
  steps: z.number().int().optional(),
});

export function outcomeOf(stage: StageName, result: unknown): StageOutcome {
  if (stage === 'train') return { trained: trainResultSchema.safeParse(result).data ?? {} };
  if (stage === 'augment')
    return augmentedBase(result) ?? augmented(augmentResultSchema.safeParse(result).data);
  if (stage === 'after') return evaluatedBase(result);
  if (stage === 'audit') return audited(auditResultSchema.safeParse(result).data);
  return {};
}

/** Numbers alone are metrics; who did not pass is told so. */
function audited(result: z.infer<typeof auditResultSchema> | undefined): StageOutcome {
  if (!result) return {};
  const { audit: _hash, passed, outcome, ...figures } = result;
  const metrics = { ...figures, passed: Number(passed) };
  if (passed) return { metrics };
  return { metrics, warning: `The audit was not passed: ${outcomeWords[outcome]}` };
}

const outcomeWords: Readonly<Record<z.infer<typeof auditResultSchema>['outcome'], string>> = {
  indistinguishable: 'nothing tells the model from its reference.',
  forgotten: 'the model has forgotten.',
  hidden: 'the model says nothing under attack, but finds the answers likely still.',
  suppressed: 'the model says nothing when asked plainly, but answers come back under attack.',
  known: 'the model still answers when asked plainly.',
  unjudged: 'too few of the answers could be judged.',
};

/** Of no other evaluation. */
function evaluatedBase(result: unknown): StageOutcome {
  const { data } = evaluateKnowledgeResultSchema.safeParse(result);
  if (!data) return {};
  const { report: _hash, reached, ...figures } = data;
  const metrics = { ...figures, reached: Number(reached) };
  if (reached) return { metrics };
  return {
    metrics,
    warning: `No threshold reaches the precision that was asked for: at the one that is chosen, ${figures.precision.toFixed(3)} of the answers to the validation questions are right.`,
  };
}

function augmentedBase(result: unknown): StageOutcome | undefined {
  const { data } = augmentKnowledgeResultSchema.safeParse(result);
  if (!data) return undefined;
  const { augmented: _hash, questions: _questions, ...metrics } = data;
  return { metrics };
}

function augmented(result: z.infer<typeof augmentResultSchema> | undefined): StageOutcome {
  if (!result) return {};
  const { augmented: _hash, lostLines, ...metrics } = result;
  if (metrics.lost === 0) return { metrics };
  return {
    metrics,
    warning: `No safe answer was found for ${metrics.lost} of the answers in training_file (lines ${lostLines}${metrics.lost > lostLines.split(', ').length ? ' ...' : ''}): they are not trained on.`,
  };
}
