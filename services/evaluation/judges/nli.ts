// Opens the judge `nli`: it needs JUDGE_NLI_DIR and JUDGE_EMBEDDER_DIR.

import { MissingSettingError } from '#platform/errors/missing-setting.error.js';
import { NliJudge } from './nli-judge.js';
import { NliModels } from './nli-models.js';
import type { JudgeOpener } from './open-judge.js';

export const nli: JudgeOpener = (env, { reading }) => {
  const { JUDGE_NLI_DIR: folder, JUDGE_EMBEDDER_DIR: embedder } = env;
  if (!folder || !embedder)
    throw new MissingSettingError(
      'the judge nli needs JUDGE_NLI_DIR and JUDGE_EMBEDDER_DIR on the evaluation workers',
    );
  const models = new NliModels({ nli: folder, embedder });
  return {
    forJob: (signal) => new NliJudge(models, reading.judge(signal), signal),
    close: () => models.close(),
  };
};
