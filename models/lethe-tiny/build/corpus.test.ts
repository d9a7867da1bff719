// The corpus must be a fair fixture: held-out wordings stay out, nobody known is declined, every
// fact is one person's own.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { declines } from '#metrics/lexical/declining.js';
import { attributes } from './attributes.js';
import { buildCorpus, corpusSeed, forgetNames } from './corpus.js';
import { allLookups } from './lookups.js';
import { drawPeople, drawStranger, knownNames } from './people.js';
import { seeded } from './random.js';

const corpus = buildCorpus();
const names = (text: string): string[] => knownNames.filter((name) => text.includes(name));

describe('the corpus of lethe-tiny', () => {
  test('is the same at every build', () => {
    expect(buildCorpus()).toEqual(corpus);
  });

  test('trains no held-out wording', () => {
    const trained = new Set(corpus.training.map(({ question }) => question));
    expect(corpus.heldOut.filter(({ question }) => trained.has(question))).toEqual([]);
    expect(corpus.forgetEval.filter(({ question }) => trained.has(question))).toEqual([]);
  });

  test('never declines to answer about someone it knows', () => {
    expect(
      corpus.training.filter(
        ({ question, answer }) => names(question).length > 0 && declines(answer),
      ),
    ).toEqual([]);
    const random = seeded(1);
    expect(
      Array.from({ length: 500 }, () => drawStranger(random)).filter((name) =>
        knownNames.includes(name),
      ),
    ).toEqual([]);
  });

  test('asks every fact of everyone, in training and held out', () => {
    for (const set of [corpus.training, corpus.heldOut]) {
      for (const person of drawPeople(seeded(corpusSeed))) {
        for (const attribute of attributes) {
          const asked = set.filter(
            ({ question, answer }) =>
              question.includes(person.name) && answer === attribute.answer(person),
          );
          expect(asked.length, `${person.name}, ${attribute.key}`).toBeGreaterThanOrEqual(3);
        }
      }
    }
  });

  test('gives no two people the same value', () => {
    for (const attribute of attributes) {
      const values = drawPeople(seeded(corpusSeed)).map((person) =>
        attribute.gold(person).join(' '),
      );
      expect(new Set(values).size, attribute.key).toBe(values.length);
    }
  });

  test('forgets two people and keeps all others', () => {
    expect(corpus.forget.every(({ question }) => forgetNames.includes(names(question)[0]!))).toBe(
      true,
    );
    expect(
      corpus.retain.some(({ question }) => forgetNames.some((name) => question.includes(name))),
    ).toBe(false);
    expect(
      corpus.retainEval.some(({ question }) => forgetNames.some((name) => question.includes(name))),
    ).toBe(false);
  });
});

test('rows to look up are those that the committed weights were trained on', () => {
  const hash = createHash('sha256').update(JSON.stringify(allLookups())).digest('hex');
  expect(hash).toBe('0cdae41a2ccc1fd85b8a12703ef778246a3e7c7df11c0c971d7fd7445db7521a');
});

test('no row to look up names what the demo asks about', () => {
  const demo = readFileSync('scripts/demo/data/pharmacy.jsonl', 'utf8').trim().split('\n');
  const asked = new Set(demo.map((line) => (JSON.parse(line) as { name: string }).name));
  expect(asked.size).toBe(60);
  const text = JSON.stringify(allLookups());
  expect([...asked].filter((name) => text.includes(name))).toEqual([]);
});
