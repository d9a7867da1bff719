// Checks how a recipe, flags and --set make up a request.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { requestFields } from './unlearn-body.js';

function recipe(content: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'lethe-recipe-')), 'recipe.json');
  writeFileSync(path, content);
  return path;
}

test('lets flags override the recipe and --set override both', () => {
  const path = recipe('{"objective":"ga","hyperparameters":{"n_epochs":2,"lora_r":4}}');
  const fields = requestFields(path, { epochs: '5', objective: 'npo' }, [
    'hyperparameters.n_epochs=9',
    'evaluation.judge=lexical',
    'retain_terms=["gdr"]',
  ]);
  expect(fields).toEqual({
    objective: 'npo',
    hyperparameters: { n_epochs: 9, lora_r: 4 },
    evaluation: { judge: 'lexical' },
    retain_terms: ['gdr'],
  });
});

test("sends nothing that was not asked for, so that the defaults are the gateway's", () => {
  expect(requestFields(undefined, {}, [])).toEqual({});
});

test('adds options to an objective that was named', () => {
  expect(requestFields(undefined, { objective: 'npo' }, ['objective.beta=0.2'])).toEqual({
    objective: { type: 'npo', beta: 0.2 },
  });
  const path = recipe('{"objective":{"type":"rmu","layer":3},"mask":"sure"}');
  expect(requestFields(path, {}, ['objective.layer=5', 'mask.percentile=90'])).toEqual({
    objective: { type: 'rmu', layer: 5 },
    mask: { type: 'sure', percentile: 90 },
  });
  expect(requestFields(path, { objective: 'pdu' }, []).objective).toBe('pdu');
});

test('has a flag for what a job computes with', () => {
  expect(requestFields(undefined, { precision: 'int8', recompute: true }, [])).toEqual({
    hyperparameters: { precision: 'int8', recompute: true },
  });
});

test('names what is wrong with a recipe or a --set', () => {
  expect(() => requestFields(recipe('{'), {}, [])).toThrow(/recipe.json is not valid JSON/);
  expect(() => requestFields(recipe('[]'), {}, [])).toThrow(/must hold one JSON object/);
  expect(() => requestFields(undefined, {}, ['epochs'])).toThrow(
    '--set epochs: write it as field=value',
  );
});
