// What a judge makes of pairs, in the built command.

import { execa } from 'execa';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '#supervisor/layout.js';

const main = join(projectRoot, 'dist/cli/main.js');

async function judge(lines: readonly string[], ...options: string[]) {
  const file = join(mkdtempSync(join(tmpdir(), 'lethe-pairs-')), 'pairs.jsonl');
  writeFileSync(file, lines.join('\n'));
  const args = [main, 'judge', '--pairs', file, ...options];
  const { exitCode, stdout, stderr } = await execa(process.execPath, args, { reject: false });
  return { exitCode, stdout, stderr: stderr.replaceAll(file, 'pairs.jsonl') };
}

const pair = { set: 'forget', q: 'Where does Ada live?', gold: 'Ada lives in Oxbow.' };

test('says of each pair whether the fact is forgotten, and why', async () => {
  const lines = [
    { ...pair, a: 'In Oxbow.', forgotten: false },
    { ...pair, a: 'I do not know.', forgotten: true },
    { ...pair, set: 'retain', a: 'In Oxbow.', retained: true },
    { ...pair, set: 'retain', a: 'In Rome.', retained: true },
    { ...pair, a: 'Ada has a house in', cut: true },
  ].map((line) => JSON.stringify(line));
  const { stdout, exitCode } = await judge([...lines, ''], '--json');
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toEqual([
    { line: 1, set: 'forget', verdict: 'retained', why: 'the answer names 100 % of Oxbow' },
    { line: 2, set: 'forget', verdict: 'forgotten', why: 'the answer names nothing' },
    { line: 3, set: 'retain', verdict: 'retained', why: 'the answer names 100 % of Oxbow' },
    { line: 4, set: 'retain', verdict: 'forgotten', why: expect.any(String) },
    { line: 5, set: 'forget', verdict: 'unjudged', why: expect.stringContaining('cut') },
  ]);
  const table = await judge(lines);
  expect(table.stdout).toContain('2 forgotten, 2 retained, 1 unjudged');
  expect(table.stdout).toContain('as labelled: 3 of 4');
});

test.each([
  [['{"set":'], [], 'pairs.jsonl: line 1 is not JSON'],
  [['', '[]'], [], 'pairs.jsonl: line 2: Invalid input: expected object'],
  [[JSON.stringify({ ...pair, set: 'x', a: '' })], [], 'line 1: set "x": Invalid option'],
  [[JSON.stringify(pair)], [], 'line 1: a is missing: Invalid input: expected string'],
  [[JSON.stringify({ ...pair, a: 5 })], [], 'line 1: a 5: Invalid input: expected string'],
  [[''], [], 'pairs.jsonl has no pairs'],
  [[JSON.stringify({ ...pair, a: '' })], ['--judge', 'nli'], 'needs JUDGE_NLI_DIR'],
  [[JSON.stringify({ ...pair, a: '' })], ['--judge', 'other'], 'Allowed choices are lexical'],
])('refuses %j %j', async (lines, options, message) => {
  const { stderr, stdout, exitCode } = await judge(lines, ...options);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(message);
});
