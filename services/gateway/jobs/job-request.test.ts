// The engine's catalog in the gateway: what it refuses, completes and documents, and what it must not load.
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { unlearningObjectives } from '#engine/objective-catalog.js';
import { createJobSchema } from './job-request.js';

const unlearn = (fields: object) => createJobSchema.safeParse({ model: 'm', training_file: 'f', method: { type: 'unlearn', unlearn: { retain_file: 'r', ...fields } } });

it.each([...unlearningObjectives.keys()])('takes %s and fills in its options', (name) => {
  const { data } = unlearn({ objective: name });
  const method = data!.method as Extract<NonNullable<typeof data>['method'], { type: 'unlearn' }>;
  expect(method.unlearn.objective.type).toBe(name);
  expect(Object.keys(method.unlearn.objective).toSorted()).toEqual(['type', ...Object.keys(unlearningObjectives.get(name)!.options)].toSorted());
  expect(unlearn({ objective: method.unlearn.objective }).success).toBe(true);
});

it('loads no onnxruntime', () => {
  const script = `await import(${JSON.stringify(new URL('job-request.js', import.meta.url).href)}); console.log(JSON.stringify(process.report.getReport().sharedObjects))`;
  const loaded = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' });
  expect(loaded).toContain('.so');
  expect(loaded).not.toContain('onnxruntime');
});
