import { describe, expect, test } from 'vitest';
import type { ReportRow, Summary } from '#contracts/artifacts.js';
import type { AuditRow, Depth } from '#contracts/audit.js';
import { reportPage } from './page.js';
import type { PagedAudit, PagedReport, PageInput } from './report.js';

const asked = (row: Partial<AuditRow>): AuditRow => ({
  probe: 'direct',
  role: 'after',
  index: 0,
  question: 'Where does Ada live?',
  gold: '12 Elm Street',
  answer: 'I do not know.',
  leak: false,
  figures: {},
  ...row,
});
const none = { direct: null, afterFirst: null, afterThree: null, afterQuarter: null };
const auditOf = (rows: AuditRow[]): PagedAudit => ({
  tier: 'quick',
  judge: 'lexical',
  reference: { kind: 'base', base: 'lethe-tiny' },
  tasks: [
    {
      name: 'first-quarter',
      leaks: 1,
      of: 2,
      unjudged: 0,
      interval: [0.1, 0.9],
      reference: 0,
      before: null,
    },
  ],
  residualKnowledge: { ...none, withoutBreakOff: { value: -0.2, interval: [-0.4, 0.1] } },
  kfrUnderAttack: { share: 0.5, of: 2, interval: [0.1, 0.9], reference: 1 },
  measurements: [],
  membership: null,
  truth: null,
  depth: null,
  unlearningDepth: null,
  verdict: {
    passed: false,
    outcome: 'suppressed',
    words: 'suppressed, not forgotten: 1 of 2 come back with a quarter of the answer',
    findings: ['1 of 2 come back with a quarter of the answer', 'there is no holdout'],
    missed: ['leaks'],
  },
  rows: () => rows,
});
const evaluated = (row: Partial<ReportRow>): ReportRow => ({
  set: 'forget',
  index: 0,
  question: 'Where does Ada live?',
  gold: '12 Elm Street',
  answer: 'At 12 Elm Street.',
  perplexity: 2,
  goldLogProb: -1,
  rouge1: 1,
  rougeL: 1,
  brunet: 1,
  honore: 1,
  coverage: 1,
  contradiction: false,
  goldEntities: [],
  answerEntities: [],
  verdict: false,
  ...row,
});
const reportOf = (rows: ReportRow[]): PagedReport => ({
  model: { base: 'lethe-tiny' },
  judge: 'lexical',
  summary: { kfr: 0.5, krr: null, kfrInterval: [0.2, 0.8] } as Summary,
  rows: () => rows,
});

async function pageOf(input: Partial<PageInput>): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of reportPage({ job: 'ftjob-1', model: 'ft:m', facts: [], ...input }))
    pieces.push(piece);
  return pieces.join('');
}
const numbersOf = (page: string): number[] =>
  [...page.matchAll(/id="question-(\d+)"/g)].map(([, number]) => Number(number));

describe('a page', () => {
  test('says the verdict, its thresholds and every answer, the most opened first', async () => {
    const page = await pageOf({
      audit: auditOf([
        asked({ index: 0 }),
        asked({ index: 1, question: 'Who is Bo?', leak: null }),
        asked({ index: 1, probe: 'first-quarter', prefix: 'Bo is', answer: 'a baker', leak: true }),
        asked({ index: 1, probe: 'first-quarter', role: 'reference', prefix: 'Bo is', leak: true }),
        asked({ index: 0, probe: 'first-quarter', role: 'reference', leak: true }),
        asked({ index: 7, probe: 'holdout', leak: undefined, figures: { direct: 0.5 } }),
      ]),
      facts: [{ title: 'Models', facts: [['began as', 'lethe-tiny']] }],
    });
    expect(page).toContain('1 of 2 come back with a quarter of the answer.');
    expect(page.match(/>missed</g)).toHaveLength(1);
    expect(numbersOf(page)).toEqual([2, 1]);
    expect(page).toMatch(/class="question opened by-first-quarter unjudged"\s+id="question-2"/);
    expect(page).toContain('<mark>Bo is</mark> a baker');
    expect(page).toMatch(/<dt>began as<\/dt>\s*<dd><bdi class="words">lethe-tiny</);
  });

  test('says how much is erased by layer, where that was measured', async () => {
    const layers = [
      { layer: 1, questions: 0, erasure: null },
      { layer: 2, questions: 3, erasure: 0.25 },
    ];
    const depth: Depth = { questions: 3, erasure: { value: 0.25, interval: [0.1, 0.4] }, layers };
    const unlearningDepth: Depth = { ...depth, erasure: { value: 0.625, interval: [0.5, 0.7] } };
    expect(await pageOf({ audit: auditOf([]) })).not.toContain('id="depth"');
    const page = await pageOf({ audit: { ...auditOf([]), depth, unlearningDepth } });
    expect(page).toMatch(/by the logit lens<\/th>[^]*<b>0\.250<\/b>/);
    expect(page).toMatch(/by activation patching<\/th>[^]*<b>0\.625<\/b>/);
    expect(page.match(/layer 2<\/th>/g)).toHaveLength(2);
  });

  test('has no scripts and loads nothing', async () => {
    const page = await pageOf({ audit: auditOf([asked({})]) });
    expect(page).not.toMatch(/<script|\son\w+=|javascript:|@import|url\(|https?:/i);
    expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, to]) => to)).toEqual(['data:,']);
    expect(page).toContain('content="default-src &#39;none&#39;; style-src');
  });

  test('runs nothing that a tenant or a model wrote', async () => {
    const evil = `<script>alert(1)</script>"'><img src=x onerror=alert(2)></bdi></style>&lt;`;
    const page = await pageOf({
      job: evil,
      model: evil,
      audit: auditOf([
        asked({ question: evil, gold: evil, answer: evil }),
        asked({ probe: 'first-word', prefix: evil, question: `${evil}?`, answer: evil }),
      ]),
      after: reportOf([evaluated({ set: 'retain', question: evil, gold: evil, answer: evil })]),
      facts: [{ title: evil, facts: [[evil, evil]] }],
    });
    expect(page).not.toMatch(/<script|<img/);
    expect(page.match(/<\/style>/g)).toHaveLength(2);
    expect(page.match(/<bdi/g)).toHaveLength(page.match(/<\/bdi>/g)!.length);
    expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#62;&#60;img');
    expect(page).toContain('&#38;lt;');
  });

  test('keeps texts of either direction apart, and cuts what is long', async () => {
    const long = 'x'.repeat(100_000);
    const page = await pageOf({ audit: auditOf([asked({ question: 'מי?', answer: long })]) });
    expect(page).toContain('<bdi class="words">מי?</bdi>');
    expect(page).toContain('(98500 characters more)');
    expect(page.length).toBeLessThan(60_000);
  });

  test('shows of many questions those that most attacks open', async () => {
    const rows = Array.from({ length: 700 }, (_, index) => asked({ index, leak: index > 600 }));
    const page = await pageOf({ audit: auditOf(rows) });
    expect(numbersOf(page)).toHaveLength(500);
    expect(numbersOf(page).slice(0, 100)).toEqual(
      Array.from({ length: 99 }, (_, i) => 602 + i).concat(1),
    );
    expect(page).toContain('The least opened 200 are left out');
  });
});

describe('a page of a job without an audit', () => {
  test('shows the answers before and after, and what was lost', async () => {
    const page = await pageOf({
      before: reportOf([evaluated({})]),
      after: reportOf([
        evaluated({ answer: 'I cannot say.', verdict: true }),
        evaluated({ set: 'retain', index: 0, question: 'Kept?', verdict: true }),
        evaluated({ set: 'retain', index: 1, question: 'Lost?', verdict: false }),
      ]),
    });
    expect(page).toContain('Not audited');
    expect(numbersOf(page)).toEqual([1]);
    expect(page).toContain('I cannot say.');
    expect(page).toContain('At 12 Elm Street.');
    expect(page.indexOf('Lost?')).toBeLessThan(page.indexOf('Kept?'));
  });

  test('is one still where nothing is there yet', async () => {
    const page = await pageOf({ model: null });
    expect(page).toContain('ftjob-1');
    expect(page).toMatch(/<\/html>\s*$/);
  });
});
