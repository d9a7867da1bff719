// A language model that rewords questions about a knowledge base.

import type { Paraphraser } from '../knowledge/paraphraser.js';
import { paraphrasePrompt, paraphraseSchema } from './paraphrase-prompt.js';
import type { RememberedChat } from './remembered-chat.js';

/** Variety is what it is asked for. */
const TEMPERATURE = 0.7;

export class OpenAiParaphraser implements Paraphraser {
  readonly name: string;

  constructor(private readonly chat: RememberedChat) {
    this.name = chat.name;
  }

  async paraphrase(
    question: string,
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    const prompt = paraphrasePrompt(question, name);
    const reply = await this.chat.ask(prompt, paraphraseSchema, TEMPERATURE, { round: 1, signal });
    return reply?.question;
  }
}
