// The judges that there are, by the names that a request gives them.

import type { JudgeName } from '#contracts/judges.js';
import { embedding } from './embedding.js';
import { lexical } from './lexical.js';
import { llm } from './llm.js';
import { nli } from './nli.js';
import type { JudgeOpener } from './open-judge.js';

export const judges: Readonly<Record<JudgeName, JudgeOpener>> = {
  lexical,
  embedding,
  nli,
  llm,
};
