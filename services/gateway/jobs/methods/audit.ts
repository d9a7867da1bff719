// Method `audit`: whether a model that is there has forgotten the training file.

import { type Auditing, scopeOf } from '#contracts/methods/audit.js';
import { probesOf, relearns } from '#contracts/probes.js';
import { askedOf } from '../evaluation-sets.js';
import { auditModelStage } from '../flow-stage.js';
import { needOf } from '../needs.js';
import { holdoutSet } from './holdout-set.js';
import type { JobMethod } from './job-method.js';
import { refuseOverlap } from './overlap.js';

const at = 'method.audit';

export const audit: JobMethod<Auditing> = {
  hyperparameters: ({ audit: { hyperparameters } }) => hyperparameters,

  needs: ({ audit: { judge, hyperparameters } }) => [
    ...needOf('judge', judge, 'judge'),
    ...needOf('precision', hyperparameters.precision, 'hyperparameters.precision'),
  ],

  async sets({ audit: options }, inputs) {
    const { read } = inputs;
    const training = await inputs.training();
    const { tasks, retain_file: file, limit } = options;
    const retain = file === undefined ? undefined : await read(file, `${at}.retain_file`);
    if (retain) await refuseOverlap(training, retain);
    const taught = retain ? [training, retain] : [training];
    const holdout = await holdoutSet(options, at, taught, read);
    const asked = taught.map((set) => askedOf(set, limit));
    return {
      data: {
        training: training.artifact,
        ...(retain ? { retain: retain.artifact } : {}),
        ...(holdout ? { holdout: holdout.artifact } : {}),
      },
      trained: [],
      ...(relearns(probesOf(scopeOf(options), tasks)) ? { relearned: asked } : {}),
      asked: [...asked, ...(holdout ? [holdout] : [])],
    };
  },

  stages: ({ audit: options }, job) => [auditModelStage(job, options)],
};
