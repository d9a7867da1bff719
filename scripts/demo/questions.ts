// Three questions to the model before and after: two of what it was to forget, one of what it was to keep.
import { readFileSync } from 'node:fs';
import pc from 'picocolors';
import { parseDataset, type QaRow } from '#contracts/dataset.js';
import { shown, table } from '#client/cli/output.js';
import { demoFile } from './request.js';

export interface Answered {
  readonly set: 'forget' | 'retain';
  readonly question: string;
  readonly before: string;
  readonly after: string;
}

type Ask = (question: string) => Promise<string>;

const readRows = (name: string): QaRow[] => parseDataset(readFileSync(demoFile(name), 'utf8'));

export async function askAll(before: Ask, after: Ask): Promise<Answered[]> {
  const forget = readRows('forget-eval.jsonl');
  const asked = [
    { set: 'forget', row: forget[0]! },
    { set: 'forget', row: forget.at(-1)! },
    { set: 'retain', row: readRows('retain-eval.jsonl')[0]! },
  ] as const;
  return Promise.all(
    asked.map(async ({ set, row: { question } }) => ({ set, question, before: await before(question), after: await after(question) })),
  );
}

export function questionTable(answered: readonly Answered[]): string {
  const rows = answered.map(({ set, question, before, after }) => [set === 'forget' ? pc.yellow('forget') : pc.green('keep'), ...[question, before, after].map(shown)]);
  return table(['', 'question', 'before', 'after'], rows, [8, 34, 34, 34]);
}
