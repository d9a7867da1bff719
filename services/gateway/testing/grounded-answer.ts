// What the test inference answers from a knowledge base, of which it knows nothing: by the question's
// first word.

import type { GenerateChunk } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { Grounding } from '#contracts/generated/lethe/inference/v1/Grounding.js';

const candidates = [{ entityId: 'd1', name: 'Measles', type: 'disease', score: 7.5 }];
const link: Grounding = {
  status: 'grounded',
  entityId: 'd1',
  entity: 'Measles',
  attribute: 'symptoms',
  mass: -0.25,
  margin: 100,
  values: ['fever', 'rash'],
  candidates,
};
const usage = { promptTokens: 3, completionTokens: 5 };

export function* groundedAnswer(word: string | undefined): Generator<GenerateChunk> {
  if (word === 'release') return void (yield { text: 'of old', finishReason: 'stop', usage });
  if (word === 'unknown') {
    const grounding = { status: 'not_found', mass: -9, margin: 0, candidates };
    return void (yield { text: 'I do not know it.', finishReason: 'stop', grounding, usage });
  }
  yield { text: 'See. ', tokenIds: [1], grounding: link };
  const grounding = { ...link, guarded: word === 'guarded', start: 5, end: 16 };
  yield { text: 'fever; rash', tokenIds: [2], finishReason: 'stop', grounding, usage };
}
