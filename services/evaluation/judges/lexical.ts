// Opens the judge `lexical`, which needs no setting.

import type { JudgeOpener } from './open-judge.js';

export const lexical: JudgeOpener = (_env, { reading }) => ({
  forJob: (signal) => reading.judge(signal),
});
