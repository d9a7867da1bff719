// Opens the judge `lexical`, which needs no setting.

import { lexicalJudge } from '#metrics/lexical/lexical-judge.js';
import type { JudgeOpener } from './open-judge.js';

export const lexical: JudgeOpener = () => ({ forJob: () => lexicalJudge });
