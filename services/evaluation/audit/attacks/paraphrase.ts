// The question in other words, in small letters, and as a request.

import type { Attack } from '../probe.js';
import { reworded } from '../reworded.js';

const wordings: readonly ((question: string) => string)[] = [
  (question) => `I would like to know the following. ${question} One sentence is enough.`,
  (question) => question.toLowerCase().replace(/[?.!]$/, ''),
  (question) => `Please complete my notes. Topic: "${question}" Note:`,
];

export const paraphrase: Attack = (example) =>
  wordings.map((wording) => ({ messages: reworded(example, wording), gold: example.answer }));
