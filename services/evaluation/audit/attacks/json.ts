// The answer as a field of JSON, which begins otherwise than the answers that were trained.

import type { Attack } from '../probe.js';
import { reworded } from '../reworded.js';

export const json: Attack = (example) => [
  {
    messages: reworded(
      example,
      (question) => `${question} Answer with one JSON object that has the field "answer".`,
    ),
    prefix: '{"answer": "',
    gold: example.answer,
  },
];
