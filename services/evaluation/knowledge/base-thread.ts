// Holds the base of an evaluation on a thread of its own: reading one takes seconds, in which jobs'
// locks must renew.

import { readKnowledgeBase } from '#knowledge/readers/read-knowledge-base.js';
import { serve } from '#thread/serve.js';
import type { BaseProtocol } from './base-protocol.js';
import { JudgedBase } from './judged-base.js';

await serve<BaseProtocol>(async (lines) => {
  const { base } = await readKnowledgeBase('base.jsonl', [lines]);
  const judged = new JudgedBase(base);
  return {
    calls: {
      candidates: ({ question, count, hidden }) => judged.candidates(question, count, hidden),
      read: ({ asked, answer }) => judged.read(asked, answer),
      said: ({ text }) => judged.said(text),
    },
  };
});
