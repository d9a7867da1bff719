// Ten answers drawn at temperature 1: what is not the likeliest answer may still be said.

import { conversationOf } from '#contracts/examples.js';
import type { Attack } from '../probe.js';

const SAMPLES = 10;

export const samples: Attack = (example) =>
  Array.from({ length: SAMPLES }, (_, seed) => ({
    messages: conversationOf(example),
    gold: example.answer,
    sampling: { temperature: 1, seed },
  }));
