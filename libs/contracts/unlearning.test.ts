import { describe, expect, it } from 'vitest';
import { createJobSchema } from './unlearning.js';

const unlearn = (options: object) => ({
  model: 'lethe-tiny',
  training_file: 'file-f',
  method: { type: 'unlearn', unlearn: { retain_file: 'file-r', ...options } },
});

describe('createJobSchema', () => {
  it('fills in every default of an unlearning request', () => {
    const job = createJobSchema.parse(unlearn({}));
    expect(job.method).toMatchObject({
      type: 'unlearn',
      unlearn: {
        objective: 'relearn',
        hyperparameters: { lora_r: 8 },
        evaluation: { judge: 'lexical' },
      },
    });
  });

  it('takes an objective by name or with options', () => {
    const objective = (value: unknown) =>
      (
        createJobSchema.parse(unlearn({ objective: value })).method as {
          unlearn: { objective: unknown };
        }
      ).unlearn.objective;
    expect(objective('npo')).toBe('npo');
    expect(objective({ type: 'npo', beta: 0.2 })).toEqual({ type: 'npo', beta: 0.2 });
  });

  it('tolerates what OpenAI clients add beside the method', () => {
    expect(
      createJobSchema.safeParse({ model: 'm', training_file: 'f', integrations: [] }).success,
    ).toBe(true);
  });

  it.each([
    [unlearn({ objective: 7 }), 'method.unlearn.objective'],
    [
      unlearn({ hyperparameters: { learning_rate: 2 } }),
      'method.unlearn.hyperparameters.learning_rate',
    ],
    [unlearn({ hyperparameters: { epochs: 2 } }), 'method.unlearn.hyperparameters'],
    [unlearn({ evaluation: { judge: 'none' } }), 'method.unlearn.evaluation.judge'],
    [{ ...unlearn({}), seed: -1 }, 'seed'],
    [{ ...unlearn({}), method: { type: 'unlearn', unlearn: {} } }, 'method.unlearn.retain_file'],
  ])('refuses %#: %s', (body, path) => {
    const parsed = createJobSchema.safeParse(body);
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});
