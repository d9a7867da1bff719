// Method `unlearn`: forget the training file, keep the retain file.

import { tooLongToAugment } from '#contracts/augmentation.js';
import type { Unlearn } from '#contracts/methods/unlearn.js';
import { type ObjectiveName, objectives } from '#contracts/objectives/index.js';
import { ApiError } from '../../http/api.error.js';
import type { DataSet } from '../data-set.js';
import { evaluationSets } from '../evaluation-sets.js';
import {
  auditStage,
  augmentStage,
  evaluateStage,
  type FlowJob,
  trainingSet,
  trainStage,
} from '../flow-stage.js';
import { needOf } from '../needs.js';
import { holdoutSet } from './holdout-set.js';
import type { JobMethod } from './job-method.js';
import { refuseOverlap } from './overlap.js';

export const unlearn: JobMethod<Unlearn> = {
  hyperparameters: ({ unlearn: { hyperparameters } }) => hyperparameters,

  needs: ({ unlearn: { objective, augmentation, hyperparameters, evaluation } }) => [
    ...needOf('judge', evaluation.judge, 'evaluation.judge'),
    ...needOf(
      'teacher',
      isAugmented(objective) ? augmentation.teacher : undefined,
      'augmentation.teacher',
    ),
    ...needOf('precision', hyperparameters.precision, 'hyperparameters.precision'),
  ],

  checkModel({ unlearn: { objective } }, { layers }) {
    const { layer } = objective;
    if (typeof layer !== 'number' || layer < layers) return;
    const param = 'method.unlearn.objective.layer';
    throw ApiError.invalid(
      `'${param}': the model has layers 0 to ${layers - 1}, found ${layer}.`,
      param,
      'unknown_module',
    );
  },

  async sets({ unlearn: options }, inputs) {
    const { read } = inputs;
    const training = await inputs.training();
    const at = 'method.unlearn';
    const retain = await read(options.retain_file, `${at}.retain_file`);
    await refuseOverlap(training, retain);
    refuseMissingAlternates(options.objective.type, training.rows);
    if (isAugmented(options.objective)) refuseLong(training.rows);
    const sets = { forget: training, retain };
    const asked = await evaluationSets(options.evaluation, `${at}.evaluation`, sets, read);
    const holdout = await holdoutSet(
      options.evaluation,
      `${at}.evaluation`,
      [training, retain, asked.forget],
      read,
    );
    return {
      data: {
        training: training.artifact,
        retain: retain.artifact,
        evaluation: { forget: asked.forget.artifact, retain: asked.retain.artifact },
        ...(holdout ? { holdout: holdout.artifact } : {}),
      },
      trained: trainsRetain(options) ? [training, retain] : [training],
      ...(options.evaluation.audit === 'full' ? { relearned: [asked.forget, asked.retain] } : {}),
      asked: [asked.forget, asked.retain, ...(holdout ? [holdout] : [])],
    };
  },

  stages: ({ unlearn: options }, job) => [
    ...evaluateStage(job, 'before', options.evaluation),
    ...(isAugmented(options.objective)
      ? [augmentStage(job, options.augmentation, trainsRetain(options))]
      : []),
    trainStage(job, trainingOf(options, job)),
    ...evaluateStage(job, 'after', options.evaluation),
    ...auditStage(job, options),
  ],
};

const isAugmented = ({ type }: Unlearn['unlearn']['objective']): boolean =>
  objectives[type].rows === 'augmented';

const trainsRetain = ({ objective, retain_terms: terms }: Unlearn['unlearn']): boolean =>
  terms.length > 0 || objectives[objective.type].ownRetainLoss;

function trainingOf(options: Unlearn['unlearn'], job: FlowJob): Parameters<typeof trainStage>[1] {
  const { retain } = job.data;
  const { objective, retain_terms: terms, mask, hyperparameters } = options;
  const { rows, alternate } = objectives[objective.type];
  return {
    objective,
    retainTerms: terms,
    ...(mask ? { mask } : {}),
    // What augment leaves stands for the forget set, unless its answers are set against those to
    // forget.
    ...(rows === 'augmented' && alternate !== 'augmented' ? {} : { target: trainingSet(job) }),
    ...(trainsRetain(options) && retain ? { retain } : {}),
    hyperparameters,
  };
}

function refuseLong(rows: DataSet['rows']): void {
  const problem = tooLongToAugment(rows);
  if (problem)
    throw ApiError.invalid(`In 'training_file', ${problem}.`, 'training_file', 'row_too_long');
}

/** Some objectives compare each answer to forget with one that is preferred. */
function refuseMissingAlternates(objective: ObjectiveName, rows: DataSet['rows']): void {
  if (objectives[objective].alternate !== 'file') return;
  const missing = rows.find(({ example }) => !example.alternates);
  if (!missing) return;
  throw ApiError.invalid(
    `The objective '${objective}' prefers another answer to the one to forget: line ${missing.line} has no "alternate".`,
    'training_file',
    'missing_alternate',
  );
}
