// Opens the judge `nli`: it needs JUDGE_NLI_DIR and JUDGE_EMBEDDER_DIR.

import { MissingSettingError } from '#platform/errors/missing-setting.error.js';
import { NliClassifier } from './nli-classifier.js';
import { NliJudge } from './nli-judge.js';
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
    forJob: (signal) => new NliJudge(classifier, embedding.forJob(signal), signal),
    close: () => classifier.close(),
  };
};
