// What is refused before there is a job.

import { describe, expect, test } from 'vitest';
import { baseModel, contextLength, damagedModel, positions } from '../testing/inference.js';
import { useJobs } from '../testing/jobs.js';

const given = useJobs();
const { upload, unlearning, create } = given;

describe('a request', () => {
  test.each([
    [{ objective: 'dream' }, {}, 400, 'method.unlearn.objective', /altpo, ceu, dpo.*"dream"/],
    [{ objective: 'sft' }, {}, 400, 'method.unlearn.objective', '"sft"'],
    [{ objective: 7 }, {}, 400, 'method.unlearn.objective', 'expected a name'],
    [
      { objective: { type: 'npo', gamma: 1 } },
      {},
      400,
      'method.unlearn.objective.gamma',
      'npo takes beta (got 1)',
    ],
    [
      { objective: { type: 'npo', beta: -1 } },
      {},
      400,
      'method.unlearn.objective.beta',
      '(got -1)',
    ],
    [{ objective: 'dpo' }, {}, 400, 'training_file', 'line 1'],
    [
      { mask: { type: 'sure', percentile: 101 } },
      {},
      400,
      'method.unlearn.mask.percentile',
      '(got 101)',
    ],
    [{ mask: 'veil' }, {}, 400, 'method.unlearn.mask', 'sure, memflex'],
    [
      { hyperparameters: { learning_rate: 2 } },
      {},
      400,
      'method.unlearn.hyperparameters.learning_rate',
      '(got 2)',
    ],
    [
      { hyperparameters: { epochs: 2 } },
      {},
      400,
      'method.unlearn.hyperparameters.epochs',
      'epochs',
    ],
    [
      { hyperparameters: { lora_targets: ['up_proj', 'query'] } },
      {},
      400,
      'method.unlearn.hyperparameters.lora_targets',
      /ends with "query", the model has q_proj, up_proj/,
    ],
    [
      { hyperparameters: { lora_layers: [0, 2] } },
      {},
      400,
      'method.unlearn.hyperparameters.lora_layers',
      'layers 0 to 1, found 2',
    ],
    [{ objective: 'rmu' }, {}, 400, 'method.unlearn.objective.layer', 'layers 0 to 1, found 7'],
    [
      { hyperparameters: { modules_to_save: ['lm_head'] } },
      {},
      400,
      'method.unlearn.hyperparameters.modules_to_save',
      /ends with "lm_head", the model has embed_tokens/,
    ],
    [
      { hyperparameters: { trainable: 'full', use_rslora: true } },
      {},
      400,
      'method.unlearn.hyperparameters.use_rslora',
      'goes with trainable "lora"',
    ],
    [
      { hyperparameters: { parent_adapter: 'continue' } },
      {},
      400,
      'method.unlearn.hyperparameters.parent_adapter',
      'needs a tuned model to start from',
    ],
    [
      { hyperparameters: { parent_adapter: 'continue', lora_layers: [1] } },
      {},
      400,
      'method.unlearn.hyperparameters.lora_layers',
      'is that of the adapter',
    ],
    [{ retain_file: undefined }, {}, 400, 'method.unlearn.retain_file', 'must be a text, and is'],
    [{ retain_file: 'file-none' }, {}, 404, 'method.unlearn.retain_file', 'file-none'],
    [{}, { training_file: 'file-none' }, 404, 'training_file', 'file-none'],
    [{}, { model: 'nothing' }, 404, 'model', 'nothing'],
    [{}, { model: 'ft:lethe-tiny:acme::00000000' }, 404, 'model', 'ft:lethe-tiny'],
    [{}, { model: damagedModel }, 500, 'model', 'model.safetensors is truncated'],
    [{}, { seed: -1 }, 400, 'seed', '(got -1)'],
    [{}, { suffix: 'not a suffix' }, 400, 'suffix', 'letters'],
    [{ evaluation: { limit: 0 } }, {}, 400, 'method.unlearn.evaluation.limit', '(got 0)'],
  ])('with %j %j is refused', async (options, body, status, param, message) => {
    await expect(create(unlearning(options, body))).rejects.toMatchObject({
      status,
      param,
      message: expect.stringMatching(
        typeof message === 'string' ? message.replaceAll(/[()]/g, '\\$&') : message,
      ),
    });
  });

  test('with an evaluation but no retain set is refused', async () => {
    const method = {
      type: 'supervised',
      supervised: { evaluation: { forget_file: given.forget } },
    };
    await expect(
      create({ model: baseModel, training_file: given.retain, method } as never),
    ).rejects.toMatchObject({
      status: 400,
      param: 'method.supervised.evaluation.retain_file',
    });
  });

  test('with sets that overlap is refused by row', async () => {
    const overlapping = await upload([
      ['What is snow?', 'Cold.'],
      ['  where does ADA  live', 'Here.'],
    ]);
    await expect(create(unlearning({ retain_file: overlapping }))).rejects.toMatchObject({
      status: 400,
      param: 'method.unlearn.retain_file',
      code: 'overlapping_sets',
      message: expect.stringContaining('1 = 2'),
    });
  });

  test('with a holdout that a model is taught, or asked, is refused by row', async () => {
    const asked = await upload([['Who is Eve?', 'Nobody.']]);
    const known = [
      ['  where does ADA  live', 'training_file', '1 = 2'],
      ['What is water?', 'method.unlearn.retain_file', '1 = 2'],
      ['Who is Eve?', 'method.unlearn.evaluation.forget_file', '1 = 2'],
    ] as const;
    for (const [question, param, lines] of known) {
      const holdout = await upload([
        ['What is rain?', 'Wet.'],
        [question, 'a'],
      ]);
      const evaluation = { forget_file: asked, holdout_file: holdout };
      await expect(create(unlearning({ evaluation }))).rejects.toMatchObject({
        status: 400,
        param: 'method.unlearn.evaluation.holdout_file',
        code: 'overlapping_sets',
        message: expect.stringMatching(`'${param}' and .* ask the same .*: ${lines}`),
      });
    }
  });

  test("with another tenant's file is refused as if there were none", async () => {
    await expect(create(unlearning(), given.other)).rejects.toMatchObject({
      status: 404,
      param: 'training_file',
      code: 'file_not_found',
    });
  });

  test('leaves nothing behind where it is refused', async () => {
    expect((await given.acme.client.fineTuning.jobs.list()).data).toEqual([]);
  });
});

describe('a row', () => {
  const long = (words: number): [string, string] => [Array(words).fill('why').join(' '), 'a'];
  const short: [string, string] = ['short', 'a'];
  const refused = (body: never, param: string, message: string, code = 'context_length_exceeded') =>
    expect(create(body)).rejects.toMatchObject({
      status: 400,
      param,
      code,
      message: expect.stringContaining(message),
    });
  const noRoom = (tokens: number) =>
    `a prompt of ${tokens} tokens leaves no room for an answer within`;

  test('whose prompt leaves no room within max_length is refused, and no shorter one', async () => {
    const body = (rows: [string, string][], hyperparameters: object) =>
      upload(rows).then(
        (id) =>
          ({
            model: baseModel,
            training_file: id,
            method: { type: 'supervised', supervised: { hyperparameters } },
          }) as never,
      );
    const rows = [short, long(20), long(30)];
    const message = `line 2: ${noRoom(20)} max_length 20.`;
    await refused(await body(rows, { max_length: 20 }), 'training_file', message);
    const endless = await body([short, long(positions)], {});
    await refused(endless, 'training_file', `${noRoom(positions)} the model's 100 positions.`);
    const fits = await create(await body([short, long(19)], { max_length: 20 }));
    await given.acme.client.fineTuning.jobs.cancel(fits.id);
  });

  test('that a full audit would relearn must leave room within max_length', async () => {
    const file = await upload([short, long(20)]);
    const body = (audit: string) =>
      unlearning({
        objective: 'npo',
        hyperparameters: { max_length: 20 },
        evaluation: { audit, forget_file: file },
      });
    const message = `line 2: ${noRoom(20)} max_length 20.`;
    await refused(body('full'), 'method.unlearn.evaluation.forget_file', message);
    const { id } = await create(body('quick'));
    await given.acme.client.fineTuning.jobs.cancel(id);
  });

  test('that is too long to be augmented is refused by its line, where it would be', async () => {
    const file = await upload([short, ['Who?', 'a'.repeat(32_765)]]);
    const asked = { training_file: file };
    const evaluation = { forget_file: given.forget };
    await refused(
      unlearning({ evaluation }, asked),
      'training_file',
      'line 2 has 32769 characters: at most 32768 can be augmented',
      'row_too_long',
    );
    const { id } = await create(unlearning({ evaluation, objective: 'npo' }, asked));
    await given.acme.client.fineTuning.jobs.cancel(id);
  });

  test('that is asked about must fit into the context, as far as it is asked about', async () => {
    const file = await upload([short, long(contextLength)]);
    const evaluation = { forget_file: file };
    const message = `line 2: ${noRoom(64)} the model's context of 64 tokens.`;
    const at = 'method.unlearn.evaluation';
    await refused(unlearning({ evaluation }), `${at}.forget_file`, message);
    const holdout = { evaluation: { holdout_file: file } };
    await refused(unlearning(holdout), `${at}.holdout_file`, message);
    const retain = { evaluation: { retain_file: file } };
    await refused(unlearning(retain), `${at}.retain_file`, message);
    await refused(unlearning({ retain_file: file }), 'method.unlearn.retain_file', message);
    const { id } = await create(unlearning({ evaluation: { ...evaluation, limit: 1 } }));
    await given.acme.client.fineTuning.jobs.cancel(id);
  });

  test("that the model's chat template refuses is refused by its line, however short", async () => {
    const told = { question: 'q', answer: 'a', system: 'Be brief.' };
    const lines = [{ question: 'q', answer: 'a' }, told].map((row) => JSON.stringify(row));
    const file = new File([lines.join('\n')], 'system.jsonl');
    const { id } = await given.acme.client.files.create({ file, purpose: 'fine-tune' });
    await refused(
      unlearning({}, { training_file: id }),
      'training_file',
      'line 2: the chat template takes no system message.',
      'invalid_conversation',
    );
  });
});

describe('a judge, a teacher or a precision', () => {
  const llm = { evaluation: { judge: 'llm' } };
  const teacher = { augmentation: { teacher: 'openai' } };
  const halves = { hyperparameters: { precision: 'float16' } };

  test('that no worker offers is refused, and waited for where no worker is known', async () => {
    const waiting = await create(unlearning({ ...llm, ...teacher, ...halves }));
    await given.acme.client.fineTuning.jobs.cancel(waiting.id);
    await given.workers.offer({
      judge: ['lexical', 'nli'],
      teacher: ['rules'],
      precision: ['float32', 'int8'],
    });
    const refused = (options: object, field: string, message: string) =>
      expect(create(unlearning(options))).rejects.toMatchObject({
        status: 400,
        param: `method.unlearn.${field}`,
        code: 'not_offered',
        message: expect.stringContaining(message),
      });
    await refused(llm, 'evaluation.judge', "the judge 'llm', only for lexical, nli.");
    await refused(teacher, 'augmentation.teacher', "the teacher 'openai', only for rules.");
    await refused(halves, 'hyperparameters.precision', "'float16', only for float32, int8.");
    const { id } = await create(unlearning({ ...teacher, objective: 'npo' }));
    await given.acme.client.fineTuning.jobs.cancel(id);
  });

  test('of a supervised job is refused too', async () => {
    const supervised = { ...halves, evaluation: { ...llm.evaluation, retain_file: given.retain } };
    const method = { type: 'supervised', supervised };
    const body = { model: baseModel, training_file: given.forget, method } as never;
    await expect(create(body)).rejects.toMatchObject({
      status: 400,
      param: 'method.supervised.evaluation.judge',
    });
  });
});
