// What of a tenant remains where, at which moment: the tests find it so, and the page on erasure
// says it.

export const moments = [
  'jobs at work',
  'jobs ended',
  'files deleted',
  'jobs deleted',
  'evaluation runs deleted',
  'models deleted',
  'tenant deleted',
] as const;
export type Moment = (typeof moments)[number];

export interface Remains {
  readonly what: string;
  /** What stands in for it: a canary, or what the search calls bytes without words. */
  readonly words: readonly string[];
  /** For each moment: kinds of spaces in which it can be read; `row` or `page` of the database; `hash`. */
  readonly where: readonly [string, string, string, string, string, string, string];
}

export const remains: readonly Remains[] = [
  {
    what: 'Questions and answers of the forget set',
    words: ['forgetquestion', 'forgetanswer'],
    where: ['file, job', 'file, job', 'job', '', '', '', ''],
  },
  {
    what: 'Questions and answers of the retain set',
    words: ['retainquestion', 'retainanswer'],
    where: ['file, job', 'cell, file, job', 'job', '', '', '', ''],
  },
  {
    what: 'Questions and answers of the evaluation set',
    words: ['evaluationquestion', 'evaluationanswer'],
    where: ['file, job', 'cell, file, job', 'job', '', '', '', ''],
  },
  {
    what: 'Questions and answers of the holdout',
    words: ['holdoutquestion', 'holdoutanswer'],
    where: ['file, job', 'file, job', 'job', '', '', '', ''],
  },
  { what: "A teacher's words", words: ['teacher'], where: ['work', 'job', 'job', '', '', '', ''] },
  { what: 'A checkpoint', words: ['checkpoint'], where: ['work', '', '', '', '', '', ''] },
  {
    what: 'An adapter',
    words: ['adapter'],
    where: ['', 'model', 'model', 'model', 'model', '', ''],
  },
  {
    what: 'A picture in a file; one in a data URL remains nowhere',
    words: ['picture'],
    where: ['file', 'file', '', '', '', '', ''],
  },
  {
    what: 'A picture in a row of a data set',
    words: ['rowpicture'],
    where: ['file', 'file', '', '', '', '', ''],
  },
  {
    what: 'The name of a file',
    words: ['filename'],
    where: ['file', 'file', '', '', '', '', ''],
  },
  {
    what: "A knowledge base's name",
    words: ['basename'],
    where: ['knowledge base', 'knowledge base', '', '', '', '', ''],
  },
  {
    what: 'Entities, aliases, attributes and values of a knowledge base; in the sets and the report of a job that tunes to it, too',
    words: ['baseentity', 'basealias', 'baseattribute', 'basevalue'],
    where: ['knowledge base', 'job, knowledge base', 'job', '', '', '', ''],
  },
  {
    what: 'Metadata of a job, keys and values',
    words: ['metakey', 'metavalue'],
    where: ['job', 'job', 'job', '', '', '', ''],
  },
  {
    what: 'Metadata of an evaluation run, keys and values',
    words: ['runkey', 'runvalue'],
    where: ['', 'evaluation run', 'evaluation run', 'evaluation run', '', '', ''],
  },
  {
    what: "A suffix, in a model's name too",
    words: ['suffix'],
    where: [
      'job',
      'evaluation run, job, model',
      'evaluation run, job, model',
      'evaluation run, model',
      'model',
      '',
      '',
    ],
  },
  {
    what: "The tenant's name, in a model's name too",
    words: ['tenant'],
    where: [
      'hash, tenant',
      'evaluation run, hash, job, model, tenant',
      'evaluation run, hash, job, model, tenant',
      'evaluation run, hash, model, tenant',
      'hash, model, tenant',
      'hash, tenant',
      '',
    ],
  },
  {
    what: "The names of the tenant's keys",
    words: ['keyname'],
    where: ['key', 'key', 'key', 'key', 'key', 'key', ''],
  },
  {
    what: 'The name of a key that is revoked',
    words: ['revoked'],
    where: ['', '', '', '', '', '', ''],
  },
  {
    what: "Another tenant's file",
    words: ['bystander'],
    where: ['file', 'file', 'file', 'file', 'file', 'file', 'file'],
  },
  {
    what: 'Keys',
    words: ['keys'],
    where: [
      'file, job, key, knowledge base, model, tenant, work',
      'cell, evaluation run, file, job, key, knowledge base, model, tenant',
      'evaluation run, job, key, model, tenant',
      'evaluation run, key, model, tenant',
      'key, model, tenant',
      'key, tenant',
      '',
    ],
  },
  {
    what: 'Sealed bytes',
    words: ['bytes'],
    where: [
      'file, job, knowledge base, work',
      'cell, file, job, knowledge base, model',
      'job, model',
      'model',
      'model',
      '',
      '',
    ],
  },
];

/** @returns by word; without those of which nothing remains. */
export function remainsAt(moment: Moment): Record<string, string> {
  const at = moments.indexOf(moment);
  const found = remains.flatMap(({ words, where }) => words.map((word) => [word, where[at] ?? '']));
  return Object.fromEntries(found.filter(([, where]) => where !== ''));
}
