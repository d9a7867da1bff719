// What a language model is told that rewords a question about a knowledge base.

import { z } from 'zod';
import type { Prompt } from './prompts.js';

const system =
  'You help to prepare training data with which a language model learns what people ask a knowledge base. You reply with one JSON object and nothing else: no explanation, no code fence.';

/** No row is shown: a question cannot give away what its writer does not know. */
export const paraphrasePrompt = (question: string, name: string): Prompt => ({
  system,
  user: `Here is a question about ${JSON.stringify(name)}:\n\n${question}\n\nWrite it as another person would ask it: in the same language, for exactly the same, in other words. Write ${JSON.stringify(name)} letter by letter as it is here, even where it looks misspelt. Add no fact.\n\nReply as {"question": "..."}.`,
});

export const paraphraseSchema = z.object({ question: z.string().trim().min(1).max(2_000) });
