// Reads answers on a thread of its own: a long one takes a second or two, while jobs' locks must
// renew and health checks be answered.

import { lexicalJudge } from '#metrics/lexical/lexical-judge.js';
import { serve } from '#thread/serve.js';
import { metrics } from '../metrics/index.js';
import type { ReadingProtocol } from './reading-protocol.js';

await serve<ReadingProtocol>(() => ({
  calls: {
    entities: ({ text, question, role }) => lexicalJudge.entities(text, question, role),
    similarity: ({ answer, gold }) => lexicalJudge.similarity(answer, gold),
    identifies: ({ answer, gold, question }) => lexicalJudge.identifies(answer, gold, question),
    contradiction: ({ premise, hypothesis }) => lexicalJudge.contradiction(premise, hypothesis),
    row: ({ answer }) => metrics.row(answer),
  },
}));
