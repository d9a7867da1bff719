// Holds a knowledge base on a thread of its own: reading one and indexing it takes seconds, and
// another tenant's must not wait for it.

import { readKnowledgeBase } from '#knowledge/readers/read-knowledge-base.js';
import { serve } from '#thread/serve.js';
import type { BaseProtocol } from './base-protocol.js';
import { QuestionedBase } from './questioned-base.js';

await serve<BaseProtocol>(async (lines) => {
  const { base } = await readKnowledgeBase('base.jsonl', [lines]);
  const questioned = new QuestionedBase(base);
  return {
    calls: {
      candidates: (asked) => questioned.candidates(asked),
      outcome: (asked) => questioned.outcome(asked),
      isFounded: (asked) => questioned.isFounded(asked),
      spanOf: ({ text, values }) => questioned.spanOf(text, values),
    },
  };
});
