import { describe, expect, test } from 'vitest';
import { jobRequestSchema } from '#contracts/job-request.js';
import { catalog, type ModelRef } from '#contracts/jobs.js';
import type { Artifact } from '#contracts/spaces.js';
import type { FlowNode } from '#platform/queue/queue-producer.js';
import type { FlowJob } from './flow-stage.js';
import { flowOf, flowStages } from './job-flow.js';

const set = (digit: string) => ({ space: `file-${digit}`, hash: digit.repeat(64) });

const trainingFile = { training_file: 'file-f' };

function jobOf(method: object, adapter: Artifact | null = null, reference?: ModelRef): FlowJob {
  const file = 'type' in method && method.type === 'knowledge_tuning' ? {} : trainingFile;
  const request = jobRequestSchema.parse({ model: 'm', ...file, method, seed: 3 });
  const data = {
    knowledge: { id: 'kb-1', version: { ...set('7'), space: 'kbv-7' } },
    training: set('1'),
    retain: set('2'),
    evaluation: { forget: set('3'), retain: set('4') },
    ...(reference ? { reference } : {}),
  };
  return {
    id: 'ftjob-x',
    tenantId: 'tenant-x',
    traceId: 'trace',
    request,
    base: 'm',
    adapter: adapter?.hash ?? null,
    adapterSpace: adapter?.space ?? null,
    data,
  };
}
const stages = (...given: Parameters<typeof jobOf>) => flowStages(jobOf(...given));
const unlearn = (options: object) => ({
  type: 'unlearn',
  unlearn: { retain_file: 'file-r', ...options },
});
const knowledgeTuning = (options: object) => ({
  type: 'knowledge_tuning',
  knowledge_tuning: { knowledge_base: 'kb-1', ...options },
});

describe('flowStages', () => {
  test.each([
    [unlearn({}), ['before', 'augment', 'train', 'after', 'audit', 'publish']],
    [
      unlearn({ objective: 'npo', evaluation: { audit: 'none' } }),
      ['before', 'train', 'after', 'publish'],
    ],
    [unlearn({ objective: 'npo' }), ['before', 'train', 'after', 'audit', 'publish']],
    [
      unlearn({ objective: 'relearn_dpo' }),
      ['before', 'augment', 'train', 'after', 'audit', 'publish'],
    ],
    [{ type: 'supervised' }, ['train', 'publish']],
    [knowledgeTuning({}), ['augment', 'train', 'after', 'publish']],
    [{ type: 'audit' }, ['audit', 'publish']],
    [
      { type: 'supervised', supervised: { evaluation: {} } },
      ['before', 'train', 'after', 'publish'],
    ],
  ])('of %j', (method, names) => {
    expect(stages(method).map(({ stage }) => stage)).toEqual(names);
  });

  test('fit the catalog', () => {
    for (const { name, payload } of [
      ...stages(unlearn({ evaluation: { audit: 'full' } }), set('5')),
      ...stages(unlearn({ augmentation: { neighbours: 4 } }), set('5')),
      ...stages({ type: 'supervised' }),
      ...stages(knowledgeTuning({}), set('5')),
      ...stages({ type: 'audit', audit: { tier: 'full' } }, set('5')),
      ...stages({ type: 'audit', audit: { tasks: ['gold', 'nf4'] } }, set('5')),
    ])
      expect(catalog[name].payload.parse(payload)).toEqual(payload);
  });

  test('make the tuning set of the version that the job holds, and train on what they leave', () => {
    const options = { augmentation: { rows: 7 }, evaluation: { limit: 8 } };
    const [augment, train] = stages(knowledgeTuning(options));
    expect(augment).toMatchObject({
      name: 'augment-knowledge',
      payload: {
        knowledge: { space: 'kbv-7', hash: '7'.repeat(64) },
        options: { rows: 7 },
        questions: 8,
        maxLength: 512,
        seed: 3,
      },
    });
    expect(train!.payload).toMatchObject({ objective: 'sft', retainTerms: [] });
    expect(train!.payload).not.toHaveProperty('target');
  });

  test('ask the model beside the retain set where it is trained on', () => {
    const augmented = (options: object) =>
      stages(unlearn(options), set('5')).find(({ stage }) => stage === 'augment')!.payload;
    const augmentation = { neighbours: 4 };
    expect(augmented({ augmentation })).toMatchObject({
      model: { base: 'm', adapter: set('5') },
      retain: set('2'),
    });
    for (const options of [{}, { augmentation, retain_terms: [] }])
      expect(augmented(options)).not.toHaveProperty('model');
  });

  test('audit against the named model, else the bare base of a tuned one, else nothing', () => {
    const audited = (adapter: Artifact | null, reference?: ModelRef) =>
      stages(unlearn({}), adapter, reference).find(({ stage }) => stage === 'audit')!.payload;
    expect(audited(null)).not.toHaveProperty('reference');
    expect(audited(set('5'))).toMatchObject({
      tier: 'quick',
      forget: set('3'),
      retain: set('4'),
      model: { base: 'm', adapter: set('5') },
      reference: { kind: 'base', model: { base: 'm' } },
    });
    const model = { base: 'm', adapter: set('6') };
    expect(audited(set('5'), model)).toMatchObject({ reference: { kind: 'model', model } });
  });

  test('relearn in a full audit alone, with what fits the model', () => {
    const audited = (audit: string) =>
      stages(unlearn({ hyperparameters: { max_length: 99 }, evaluation: { audit } })).find(
        ({ stage }) => stage === 'audit',
      )!.payload;
    expect(audited('quick')).not.toHaveProperty('hyperparameters');
    expect(audited('full')).toMatchObject({ hyperparameters: { max_length: 99 } });
  });

  test('judge the sets of the evaluation and train on those of the request', () => {
    const [before, train] = stages(
      unlearn({ objective: 'ga', retain_terms: ['gdr', 'gdr'], evaluation: { limit: 5 } }),
      set('5'),
    );
    expect(before!.payload).toMatchObject({
      forget: set('3'),
      retain: set('4'),
      limit: 5,
      model: { base: 'm', adapter: set('5') },
    });
    expect(train!.payload).toMatchObject({
      target: set('1'),
      retain: set('2'),
      retainTerms: ['gdr'],
      seed: 3,
      model: { base: 'm', adapter: set('5') },
    });
  });

  test('leave out the retain set where no term needs it, and the forget set where augment makes one', () => {
    const train = (options: object) =>
      stages(unlearn(options)).find(({ stage }) => stage === 'train')!.payload;
    expect(train({ objective: 'ga', retain_terms: [] })).not.toHaveProperty('retain');
    expect(train({ objective: 'relearn' })).not.toHaveProperty('target');
    expect(train({ objective: 'relearn_dpo' })).toHaveProperty('target');
    expect(train({ objective: 'rmu' })).toHaveProperty('retain');
  });

  test('complete an objective with its options, retain terms and weights', () => {
    const train = (options: object) =>
      stages(unlearn(options)).find(({ stage }) => stage === 'train')!.payload;
    expect(train({ objective: 'simnpo', mask: 'sure' })).toMatchObject({
      objective: { type: 'simnpo', beta: 4.5, delta: 0 },
      mask: { type: 'sure', percentile: 99 },
      retainTerms: ['gdr'],
      hyperparameters: { forget_weight: 0.125, retain_weight: 1 },
    });
    expect(
      train({ objective: 'npo', hyperparameters: { npo_beta: 0.3, forget_weight: 2 } }),
    ).toMatchObject({
      objective: { type: 'npo', beta: 0.3 },
      retainTerms: ['gdr', 'klr'],
      hyperparameters: { forget_weight: 2 },
    });
  });
});

describe('flowOf', () => {
  const chain = ({ id, children = [] }: FlowNode): string[] => [
    ...children.flatMap(chain),
    id.replace('ftjob-x-', ''),
  ];

  test('is a chain, in which the audit is begun before anything is trained', () => {
    expect(chain(flowOf(jobOf(unlearn({ objective: 'npo' }))))).toEqual([
      'before',
      'audit-ahead',
      'train',
      'after',
      'audit',
      'publish',
    ]);
    expect(chain(flowOf(jobOf({ type: 'audit' })))).toEqual(['audit', 'publish']);
    const unaudited = unlearn({ objective: 'npo', evaluation: { audit: 'none' } });
    expect(chain(flowOf(jobOf(unaudited)))).toEqual(['before', 'train', 'after', 'publish']);
  });

  test('begins what the audit will ask', () => {
    const nodes = ({ children = [], ...node }: FlowNode): FlowNode[] => [
      ...children.flatMap(nodes),
      node,
    ];
    const all = nodes(flowOf(jobOf(unlearn({ evaluation: { audit: 'full' } }), set('5'))));
    const [ahead, audit] = ['audit-ahead', 'audit'].map((name) =>
      all.find((node) => node.name === name),
    );
    expect(catalog['audit-ahead'].payload.parse(ahead!.payload)).toEqual({
      ...audit!.payload,
      auditId: audit!.id,
    });
  });
});
