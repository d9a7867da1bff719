import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { candidatesOf } from './candidates.js';
import { best, goingOn, stepsIn } from './rounds.js';
import { foundOf, standsOf } from './stands.js';
import { checkCandidates, requestOf, suffixOf } from './trained.js';

const folder = mkdtempSync(join(tmpdir(), 'search-'));
function recipe(name: string, fields: object): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(fields));
  return path;
}
const erase = recipe('erase', { objective: { type: 'erase' }, evaluation: { max_tokens: 40 } });
const npo = recipe('npo', { objective: 'npo' });
const origin = { model: 'm', seed: 3, forget: 'f', retain: 'r' };

test('tries each recipe with each value of each field, values read as JSON where they are', () => {
  const varied = ['objective.beta=0.1,0.2', 'retain_terms=["gdr"],["gdr","klr"]'];
  const candidates = candidatesOf([erase, npo], varied);
  expect(candidates).toHaveLength(8);
  expect(candidates[1]).toEqual({
    name: 'erase, beta=0.1, retain_terms=["gdr","klr"]',
    fields: {
      objective: { type: 'erase', beta: 0.1 },
      retain_terms: ['gdr', 'klr'],
      evaluation: { max_tokens: 40 },
    },
  });
  expect(candidates[4]?.fields).toMatchObject({ objective: { type: 'npo', beta: 0.1 } });
  const alike = candidatesOf([npo], ['objective.beta=1', 'other.beta=2,3']);
  expect(alike[0]?.name).toBe('npo, objective.beta=1, other.beta=2');
  const words = candidatesOf([npo], ['mask=sure,memflex']);
  expect(words.map(({ fields }) => fields.mask)).toEqual(['sure', 'memflex']);
});

test.each([
  [[npo], [], 'at least two candidates'],
  [[npo], ['objective.beta'], '--vary objective.beta: write it as field=value,value'],
  [[npo], ['=1,2'], '--vary =1,2'],
  [[npo], ['seed=1', 'seed=2'], '--vary seed: is named twice'],
  [[npo, npo], [], 'two candidates are named "npo"'],
  [[recipe('list', [])], ['a=1,2'], 'must hold one JSON object'],
])('refuses %j varied by %j', (recipes, varied, message) => {
  expect(() => candidatesOf(recipes, varied)).toThrow(message);
});

test('names the candidate and its field that the gateway would refuse, before anything is sent', () => {
  const check = (varied: string[], steps: number | 'all' = 8) =>
    checkCandidates(candidatesOf([npo], varied), steps, origin);
  expect(() => check(['hyperparameters.learning_rate=0.1,-1'])).toThrow(
    'npo, learning_rate=-1: method.unlearn.hyperparameters.learning_rate',
  );
  expect(() => check(['objectiv=1,2'])).toThrow('npo, objectiv=1');
  expect(() => check(['hyperparameters.max_steps=1,2'])).toThrow('train the same');
  check(['hyperparameters.max_steps=1,2'], 'all');
});

test('asks a job for as little as it may, and knows it again by what it trains', () => {
  const [one, other] = candidatesOf([erase, npo], []);
  const { seed, method } = requestOf(one!, 32, origin);
  expect([seed, method]).toEqual([
    3,
    {
      type: 'unlearn',
      unlearn: {
        objective: { type: 'erase' },
        retain_file: 'r',
        hyperparameters: { max_steps: 32 },
        evaluation: { max_tokens: 40, audit: 'none', limit: 1 },
      },
    },
  ]);
  expect(requestOf(one!, 'all', origin).method).toMatchObject({ unlearn: { hyperparameters: {} } });
  const suffixes = [
    requestOf(one!, 32, origin),
    requestOf(one!, 64, origin),
    requestOf(other!, 32, origin),
    requestOf(one!, 32, { ...origin, seed: 4 }),
    requestOf(one!, 32, { ...origin, retain: 'other' }),
  ].map(suffixOf);
  expect(new Set(suffixes).size).toBe(5);
  expect(suffixOf(requestOf(one!, 32, { ...origin }))).toBe(suffixes[0]);
});

test('lets the best go on, of equals the first, and never what has no score', () => {
  expect([8, 5, 3, 1].map((count) => goingOn(count, 2))).toEqual([4, 2, 1, 1]);
  const scored = [0.2, undefined, 0.7, 0.2, 0.7].map((score, i) => ({ i, score }));
  const chosen = (count: number) => best(scored, ({ score }) => score, count).map(({ i }) => i);
  expect([chosen(3), chosen(9)]).toEqual([
    [2, 4, 0],
    [2, 4, 0, 3],
  ]);
});

test.each(['8,4', '8,8', '0,4', '1.5', 'all,8', 'all,all', 'x', ''])(
  'refuses steps of %j',
  (text) => {
    expect(() => stepsIn(text)).toThrow('must be rising whole numbers');
  },
);

test('reads steps', () => {
  expect(stepsIn('8, 16,all')).toEqual([8, 16, 'all']);
});

const cell = (model: string, task: string, figures: Record<string, number | null>) => ({
  model,
  task: { name: task },
  figures: Object.entries(figures).map(([metric, value]) => ({ metric, value })),
});

test('ranks by what is kept, the way of asking that opens most, what is left, and who stammers', () => {
  const model = (name: string, leaks: number | null, summary: Record<string, number | null>) => [
    cell(name, 'unlearning', summary),
    cell(name, 'first-quarter', { leakShare: leaks }),
  ];
  const cells = [
    ...model('before', 1, { kfr: 0, krr: 1, goldProbForget: 0.9, loopsForget: 0.05 }),
    ...model('reference', 0.2, { kfr: 0.9, krr: 0.8, goldProbForget: 0.1 }),
    ...model('after', 0.4, { kfr: 1, krr: 0.9, goldProbForget: 0.3, loopsForget: 0.25 }),
    ...model('mute', null, { kfr: null, krr: 0.9, goldProbForget: 0 }),
  ] as never;
  const of = (name: string) =>
    standsOf(foundOf(cells, name), foundOf(cells, 'before'), foundOf(cells, 'reference'), [
      'first-quarter',
    ]);
  // .6 of .8 stay closed with a quarter; (.3 - .1) / (.9 - .1) is left.
  const { found, ...standing } = of('after');
  expect(standing).toEqual({
    kept: 0.9,
    closed: expect.closeTo(0.75, 12),
    gone: expect.closeTo(0.75, 12),
    fluent: expect.closeTo(0.8, 12),
    score: expect.closeTo(4 / (1 / 0.9 + 2 / 0.75 + 1 / 0.8), 12),
  });
  expect(found.get('first-quarter leakShare')?.value).toBe(0.4);
  // What cannot be judged is not shown to be closed.
  expect(of('mute')).toMatchObject({ closed: 0, score: 0, gone: expect.closeTo(0.875, 12) });
  expect(of('reference')).toMatchObject({ closed: 1, gone: 1, fluent: 1 });
  expect(of('before')).toMatchObject({ closed: 0, gone: 0, score: 0 });
});
