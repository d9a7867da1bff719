// Opens the judge `embedding`: it needs JUDGE_EMBEDDER_DIR.

import { MissingSettingError } from '#platform/errors/missing-setting.error.js';
import { Embedder } from './embedder.js';
import { embeddingJudge } from './embedding-judge.js';
import { digestOf } from './judge-folder.js';
import type { JudgeOpener } from './open-judge.js';

export const embedding: JudgeOpener = ({ JUDGE_EMBEDDER_DIR: folder }, { reading }) => {
  if (!folder)
    throw new MissingSettingError(
      'the judge embedding needs JUDGE_EMBEDDER_DIR on the evaluation workers',
    );
  const embedder = new Embedder(folder);
  return {
    forJob: (signal) => embeddingJudge(embedder, reading.judge(signal), signal),
    model: () => digestOf(folder),
    close: () => embedder.close(),
  };
};
