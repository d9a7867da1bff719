// Links of weights in few bits, against those of float32 and the scores of the same weights.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import { GenerationEngine } from './generation.js';
import type { Link, LinkPath } from './linking/link.js';

const MODEL = 'models/lethe-tiny';
const NAMES = ['measles', 'measles of dogs', 'rubella', 'scurvy', 'aspirin', 'gout'];
const ATTRIBUTES = ['cause', 'symptoms', 'side effects', 'dose'];
/**
 * What few bits change of mass and ln p, each over the tokens of a link, and from which margin on the link is
 * the same. The mass differs by .03 in 8 bits, .11 in 4.
 */
const TOLERANCES = { int8: { perToken: 0.1, margin: 0.5 }, int4: { perToken: 0.4, margin: 2 } };

const questions = NAMES.flatMap((name) => [
  `What are the symptoms of ${name}?`,
  `Tell me the dose of ${name}.`,
  `${name}, what is its cause?`,
]);

let tokenizer: Tokenizer;
let exact: GenerationEngine;
let paths: readonly LinkPath[];
beforeAll(async () => {
  tokenizer = await (await openCheckpoint(MODEL)).tokenizer();
  exact = await load('float32');
  paths = NAMES.flatMap((name, group) =>
    ATTRIBUTES.map((attribute) => ({
      tokens: tokenizer.encode(`${name} | ${attribute}\n`),
      group,
    })),
  );
});
afterAll(() => exact.close());

const load = (precision: 'float32' | 'int8' | 'int4'): Promise<GenerationEngine> =>
  GenerationEngine.load({ modelPath: MODEL, threads: 1, maxBatch: 4, precision });

async function linked(engine: GenerationEngine, prompt: readonly number[]): Promise<Link> {
  for await (const { link } of engine.generate({ prompt, maxTokens: 1, link: { paths } }))
    if (link) return link;
  throw new Error('expected a link');
}

/** ln of the probability that each token of a path was given to all that the paths allowed there. */
async function massOf(engine: GenerationEngine, prompt: readonly number[], { path }: Link) {
  const { tokens } = paths[path]!;
  let mass = 0;
  for (const at of tokens.keys()) {
    const before = tokens.slice(0, at);
    const may = paths.filter((one) => String(one.tokens.slice(0, at)) === String(before));
    const next = [...new Set(may.map((one) => one.tokens[at]!))];
    const asked = [...prompt, ...before];
    const scores = await engine.score(next.map((id) => ({ prompt: asked, completion: [id] })));
    mass += Math.log(scores.reduce((sum, one) => sum + Math.exp(one.sum), 0));
  }
  return mass;
}

describe.each(['int8', 'int4'] as const)('in %s', (precision) => {
  const within = TOLERANCES[precision];
  let engine: GenerationEngine;
  beforeAll(async () => {
    engine = await load(precision);
  });
  afterAll(() => engine.close());

  test('links, their mass and ln p are those of float32', async () => {
    let same = 0;
    for (const question of questions) {
      const prompt = tokenizer.encode(question);
      const [own, wanted] = [await linked(engine, prompt), await linked(exact, prompt)];
      // Of what is nearer than the bits tell, either may be chosen.
      if (own.path !== wanted.path) expect(wanted.margin).toBeLessThan(within.margin);
      else {
        same += 1;
        expect(Math.abs(own.mass - wanted.mass) / own.tokens).toBeLessThan(within.perToken);
        expect(Math.abs(own.score - wanted.score) / own.tokens).toBeLessThan(within.perToken);
      }
    }
    expect(same).toBeGreaterThanOrEqual(questions.length - 2);
  });

  test('mass and ln p are as scores have them', async () => {
    for (const question of questions.slice(0, 4)) {
      const prompt = tokenizer.encode(question);
      const link = await linked(engine, prompt);
      const { tokens } = paths[link.path]!;
      const [score] = await engine.score([{ prompt, completion: tokens }]);
      // Both passes round activations by what is in them.
      expect(link.score).toBeCloseTo(score!.sum, 1);
      expect(link.mass).toBeCloseTo(await massOf(engine, prompt, link), 1);
    }
  });
});
