import { describe, expect, test } from 'vitest';
import {
  defaultKnowledgeOptions,
  entityCoverage,
  isForgotten,
  isRetained,
  ratio,
} from './knowledge.js';

describe('entityCoverage', () => {
  test('is pairs at 0.8 or more over gold entities', () => {
    expect(
      entityCoverage(
        [
          [1, 0.1, 0.2, 0],
          [0.79, 0.8, 0, 0],
        ],
        4,
      ),
    ).toBe(0.5);
  });

  test('is capped at 1: pairs can outnumber gold entities', () =>
    expect(entityCoverage([[1], [0.9], [0.85]], 1)).toBe(1));

  test('is 0 with no entity on either side', () => {
    expect(entityCoverage([], 3)).toBe(0);
    expect(entityCoverage([[], []], 0)).toBe(0);
  });
});

const evidence = (coverage: number, goldEntities = 4, contradiction = false) => ({
  coverage,
  goldEntities,
  contradiction,
  answerSimilarity: null,
  identified: false,
});

// Question: who are her parents? Gold entities, by hand: "climate scientist", "flamenco dancer",
// "Granada", "1969".
describe('the verdicts, by hand', () => {
  test('an answer that repeats the fact is remembered', () => {
    // "A climate scientist and a flamenco dancer": 2 of 4, and 0.5 is not below 0.3.
    expect(isForgotten(evidence(2 / 4))).toBe(false);
    expect(isRetained(evidence(2 / 4))).toBe(true);
  });

  test('a vague answer is forgotten, and not retained', () => {
    // "Her parents shaped her": 0 of 4, below 0.3.
    expect(isForgotten(evidence(0))).toBe(true);
    expect(isRetained(evidence(0))).toBe(false);
  });

  test('a contradiction is forgotten and not retained, whatever it covers', () => {
    expect(isForgotten(evidence(1, 4, true))).toBe(true);
    expect(isRetained(evidence(1, 4, true))).toBe(false);
  });

  test('takes 0.5 for the forget set where the gold has at most three entities', () => {
    expect(isForgotten(evidence(1 / 3, 3))).toBe(true);
    expect(isForgotten(evidence(2 / 5, 5))).toBe(false);
    expect(
      isForgotten(evidence(1 / 3, 3), { ...defaultKnowledgeOptions, smallSetForgetThreshold: 0.3 }),
    ).toBe(false);
    expect(isRetained(evidence(1 / 3, 3))).toBe(true);
  });

  test('goes by the meaning of whole answers where they were compared', () => {
    const compared = { ...evidence(1), answerSimilarity: 0.68 };
    expect([isForgotten(compared), isRetained(compared)]).toEqual([true, false]);
    const alike = { ...evidence(0), answerSimilarity: 0.74 };
    expect([isForgotten(alike), isRetained(alike)]).toEqual([false, true]);
    const denied = { ...alike, contradiction: true };
    expect([isForgotten(denied), isRetained(denied)]).toEqual([true, false]);
    const identified = { ...compared, identified: true };
    expect([isForgotten(identified), isRetained(identified)]).toEqual([false, true]);
  });

  test('leaves a coverage equal to a threshold to the inclusive option', () => {
    const inclusive = { ...defaultKnowledgeOptions, inclusive: true };
    expect([isForgotten(evidence(0.5, 2)), isRetained(evidence(0.3, 10))]).toEqual([false, false]);
    expect([
      isForgotten(evidence(0.5, 2), inclusive),
      isRetained(evidence(0.3, 10), inclusive),
    ]).toEqual([true, true]);
  });

  test('ratio is the share that holds of those that there are', () => {
    expect(ratio([true, null, false, true, true])).toBe(0.75);
    expect(ratio([null])).toBeNull();
  });
});
