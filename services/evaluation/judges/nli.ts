// Opens the judge `nli`, contradiction by an NLI classifier and all else as the judge `embedding`: it
// needs JUDGE_NLI_DIR and JUDGE_EMBEDDER_DIR.

import { MissingSettingError } from '#platform/errors/missing-setting.error.js';
import { digestOf, hashOf } from './judge-folder.js';
import { NliClassifier } from './nli-classifier.js';
import type { JudgeOpener } from './open-judge.js';

export const nli: JudgeOpener = (env, { other }) => {
  const { JUDGE_NLI_DIR: folder, JUDGE_EMBEDDER_DIR: embedder } = env;
  if (!folder || !embedder)
    throw new MissingSettingError(
      'the judge nli needs JUDGE_NLI_DIR and JUDGE_EMBEDDER_DIR on the evaluation workers',
    );
  const classifier = new NliClassifier(folder);
  const embedding = other('embedding');
  return {
    forJob: (signal) => ({
      ...embedding.forJob(signal),
      name: 'nli',
      contradiction: (premise, hypothesis) => classifier.contradiction(premise, hypothesis, signal),
    }),
    model: async () => hashOf([await digestOf(folder), await digestOf(embedder)]),
    close: () => classifier.close(),
  };
};
