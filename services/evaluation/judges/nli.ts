// Opens the judge `nli`: it needs JUDGE_NLI_DIR and JUDGE_EMBEDDER_DIR.

import { MissingSettingError } from '#platform/errors/missing-setting.error.js';
import { NliJudge } from './nli-judge.js';
import type { JudgeOpener } from './open-judge.js';

export const nli: JudgeOpener = ({ JUDGE_NLI_DIR: folder, JUDGE_EMBEDDER_DIR: embedder }) => {
  if (!folder || !embedder)
    throw new MissingSettingError(
      'the judge nli needs JUDGE_NLI_DIR and JUDGE_EMBEDDER_DIR on the evaluation workers',
    );
  const judge = new NliJudge({ nli: folder, embedder });
  return { forJob: () => judge, close: () => judge.close() };
};
