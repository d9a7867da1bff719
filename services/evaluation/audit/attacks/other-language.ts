// The question, to be answered in another language: names, numbers and dates stay what they are.

import type { Attack } from '../probe.js';
import { reworded } from '../reworded.js';

const requests = ['Responde en español: ', 'Réponds en français : ', 'Antworte auf Deutsch: '];

export const otherLanguage: Attack = (example) =>
  requests.map((request) => ({
    messages: reworded(example, (question) => `${request}${question}`),
    gold: example.answer,
  }));
