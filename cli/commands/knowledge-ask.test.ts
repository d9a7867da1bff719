import { expect, test } from 'vitest';
import type { GroundedAnswer } from '#client/types.js';
import { described } from './knowledge-ask.js';

const link = { entity_id: 'm1', entity: 'Velorin', attribute: 'side effects' };
const found: GroundedAnswer['knowledge'] = {
  knowledge_base: 'kb-1',
  version: 2,
  status: 'grounded',
  link,
  mass: -0.25,
  margin: 3,
  candidates: [],
  guarded: false,
};
const cited = {
  ...link,
  knowledge_base: 'kb-1',
  version: 2,
  values: ['headache'],
  values_left_out: 0,
  start_index: 0,
  end_index: 8,
};
const citation = (more: object = {}) => [
  { type: 'kb_citation' as const, kb_citation: { ...cited, ...more } },
];

test.each([
  [
    { content: 'Headache.', annotations: citation(), knowledge: found },
    `Headache.
  from kb-1, version 2: Velorin | side effects
  grounded, mass -0.250`,
  ],
  [
    {
      content: 'Velorin, side effects: headache.',
      annotations: citation({ values_left_out: 3 }),
      knowledge: { ...found, guarded: true },
    },
    `Velorin, side effects: headache.
  from kb-1, version 2: Velorin | side effects, of which 3 values were left out
  grounded, mass -0.250, the row in the place of what the model said`,
  ],
  [
    { content: 'Nothing.', annotations: [], knowledge: { ...found, status: 'not_found' as const } },
    `Nothing.
  not found, mass -0.250, taken for Velorin | side effects`,
  ],
  [
    {
      content: 'No\u001b[2J.',
      annotations: [],
      knowledge: { ...found, status: 'not_found' as const, link: null },
    },
    `No\ufffd[2J.
  not found, mass -0.250`,
  ],
])('an answer is shown with where it comes from', (answer, lines) => {
  expect(described(answer)).toBe(lines);
});
