import { expect, test } from 'vitest';
import type { KnowledgeRow } from '#contracts/knowledge-report.js';
import { chooseSettings, triedSettings } from './choose-settings.js';

type Answered = Readonly<Record<number, { readonly right: number; readonly wrong: number }>>;
const QUESTIONS = 100;

/** By weight: the first questions answered rightly, the next wrongly, the others refused. */
function rowsOf(answered: Answered): KnowledgeRow[] {
  return triedSettings.flatMap((settings) => {
    const { right, wrong } = answered[settings.retriever_weight ?? 1] ?? { right: 10, wrong: 40 };
    return Array.from({ length: QUESTIONS }, (_, index) => ({
      index,
      settings,
      entities: ['a'],
      attributes: ['is'],
      isGrounded: index < right + wrong,
      link: { entity: index < right ? 'a' : 'b', attribute: 'is' },
      mass: 0,
      margin: 1,
    })).map((row) => row as unknown as KnowledgeRow);
  });
}

const chosen = (answered: Answered): number | undefined =>
  chooseSettings(rowsOf(answered), 0.99).settings.retriever_weight;

test('one wrong answer does not send a weight away that answers more', () => {
  expect(chosen({ 0: { right: 63, wrong: 0 }, 1: { right: 74, wrong: 1 } })).toBe(1);
});

test('a weight that is known to fall short is left for one that is not', () => {
  expect(chosen({ 0: { right: 63, wrong: 0 }, 1: { right: 74, wrong: 9 } })).toBe(0);
});

test('where all fall short, that of the best lower bound is taken', () => {
  expect(chosen({ 8: { right: 60, wrong: 20 } })).toBe(8);
});
