// Answers of which it is known whether they state the gold answer's fact.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { item } from '#collections/items.js';
import { dataFolder } from '#testing/shared-data.js';

export interface Case {
  readonly question: string;
  readonly gold: string;
  readonly answer: string;
}

export interface Cases {
  readonly name: string;
  /** Whether all of them state the fact. */
  readonly known: boolean;
  readonly cases: readonly Case[];
}

interface TofuRow {
  readonly question: string;
  readonly answer: string;
  readonly paraphrased_answer: string;
  readonly perturbed_answer: readonly string[];
}

/** TOFU's paraphrases of gold answers, and the first of its wrong answers to each question. */
export async function tofuCases(set: 'forget10' | 'retain'): Promise<Cases[]> {
  const lines = await readFile(join(dataFolder, `tofu/${set}_perturbed.json`), 'utf8');
  const rows = lines
    .trim()
    .split('\n')
    .flatMap((line) => JSON.parse(line) as TofuRow | TofuRow[]);
  const casesOf = (answerOf: (row: TofuRow) => string): Case[] =>
    rows.map((row) => ({ question: row.question, gold: row.answer, answer: answerOf(row) }));
  return [
    {
      name: `TOFU ${set}, paraphrases`,
      known: true,
      cases: casesOf((row) => row.paraphrased_answer),
    },
    {
      name: `TOFU ${set}, wrong answers`,
      known: false,
      cases: casesOf((row) => item(row.perturbed_answer, 0)),
    },
  ];
}

/** KnowUnDo's gold answers, and for each question the answer to one about somebody else. */
export async function knowundoCases(): Promise<Cases[]> {
  const files = ['unlearn_val', 'retention_val'].map((name) =>
    readFile(join(dataFolder, `knowundo/${name}.json`), 'utf8'),
  );
  const rows = (await Promise.all(files)).flatMap(
    (file) => JSON.parse(file) as { readonly text: string; readonly labels: string }[],
  );
  const casesOf = (shift: number): Case[] =>
    rows.map(({ text: question, labels: gold }, i) => ({
      question,
      gold,
      answer: item(rows, (i + shift) % rows.length).labels,
    }));
  return [
    { name: 'KnowUnDo, gold answers', known: true, cases: casesOf(0) },
    { name: 'KnowUnDo, other answers', known: false, cases: casesOf(Math.floor(rows.length / 4)) },
  ];
}
