// Checks of the `lethe` command as a process: exit codes, messages, JSON.

import { execa } from 'execa';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { unlearningNames } from '#contracts/objectives/index.js';
import { freePorts } from '#supervisor/free-port.js';
import { sharedData } from '#testing/shared-data.js';

const main = fileURLToPath(new URL('main.js', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'lethe-cli-'));
const lethe = (args: string[], env: Record<string, string> = {}) =>
  execa(process.execPath, [main, ...args], {
    reject: false,
    env: {
      LETHE_HOME: home,
      LETHE_API_KEY: '',
      ADMIN_KEY: '',
      LETHE_URL: '',
      NO_COLOR: '1',
      ...env,
    },
  });

describe('the lethe command', () => {
  test('lists its commands', async () => {
    const { stdout, exitCode } = await lethe(['--help']);
    expect(exitCode).toBe(0);
    for (const command of [
      'up',
      'down',
      'status',
      'tenant',
      'model',
      'objectives',
      'unlearn',
      'finetune',
      'jobs',
      'eval',
      'audit',
      'chat',
      'metrics',
      'keys',
      'receipt',
    ])
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  });

  test('ends with 2 and names what is wrong with its arguments', async () => {
    const missing = await lethe(['unlearn', '--model', 'lethe-tiny']);
    expect([missing.exitCode, missing.stderr]).toEqual([
      2,
      "error: required option '--forget <file>' not specified",
    ]);
    const judge = await lethe([
      'unlearn',
      '--model',
      'm',
      '--forget',
      'f',
      '--retain',
      'r',
      '--judge',
      'sorcery',
    ]);
    expect(judge.exitCode).toBe(2);
    expect(judge.stderr).toContain('Allowed choices are lexical, embedding, nli, llm');
    const tasks = async (names: string) =>
      (await lethe(['audit', '--model', 'm', '--forget', 'f', '--tasks', names])).stderr;
    expect(await tasks('nf4, leak-at-k')).toMatch(/'leak-at-k' is none of direct, .*samples/);
    expect(await tasks('quick,nf4')).toContain("'quick' is none of");
    expect(await tasks('')).toContain("'' is none of");
    expect((await lethe(['up', '--port', 'x'])).stderr).toContain('must be a whole number');
    const key = await lethe(['jobs', 'list', '--json']);
    expect(key.exitCode).toBe(2);
    expect(JSON.parse(key.stderr).error.message).toContain('no API key: create a tenant');
  });

  test('ends with 2 and names the file that does not exist', async () => {
    const { exitCode, stderr } = await lethe(
      ['unlearn', '--model', 'm', '--forget', '/no/forget.jsonl', '--retain', '/no/retain.jsonl'],
      { LETHE_API_KEY: 'k' },
    );
    expect([exitCode, stderr]).toEqual([2, 'error: /no/forget.jsonl does not exist']);
  });

  test('ends with 3 where nothing runs', async () => {
    const { port } = await freePorts('port');
    expect(await lethe(['status'])).toMatchObject({ exitCode: 3, stdout: 'Lethe is not running' });
    expect(await lethe(['down'])).toMatchObject({ exitCode: 0, stdout: 'Lethe was not running' });
    const jobs = await lethe([
      'jobs',
      'list',
      '--url',
      `http://127.0.0.1:${port}`,
      '--api-key',
      'k',
    ]);
    expect(jobs.exitCode).toBe(3);
    expect(jobs.stderr).toContain('the gateway does not answer (ECONNREFUSED)');
  });

  test('prints all of a long result into a pipe that is read late', async () => {
    const pairs = join(home, 'pairs.jsonl');
    const pair = { set: 'forget', q: 'Where does Ada live?', gold: 'In Paris.', a: 'In Rome.' };
    writeFileSync(pairs, `${JSON.stringify(pair)}\n`.repeat(3000));
    const { stdout, exitCode } = await execa('sh', [
      '-c',
      '"$0" "$@" | (sleep 3; cat)',
      process.execPath,
      main,
      'judge',
      '--pairs',
      pairs,
      '--json',
    ]);
    expect(exitCode).toBe(0);
    expect(stdout.length).toBeGreaterThan(200_000);
    expect(JSON.parse(stdout)).toBeDefined();
  });

  test('merges an adapter into a model, and says what it cannot', async () => {
    const peft = fileURLToPath(new URL('../../test/golden/peft/', import.meta.url));
    const out = join(home, 'merged');
    const args = [
      'model',
      'merge',
      '--model',
      `${peft}llama`,
      '--adapter',
      `${peft}cases/lora/final`,
      '--out',
      out,
      '--max-shard-size',
      '10KB',
      '--json',
    ];
    const { stdout, exitCode } = await lethe(args);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      folder: out,
      files: expect.arrayContaining([
        'config.json',
        'model.safetensors.index.json',
        'tokenizer.json',
      ]),
    });
    expect(await lethe(args.slice(0, -1))).toMatchObject({
      exitCode: 2,
      stderr: `error: ${out} already exists: name a folder that does not`,
    });
    const fails = async (...changed: string[]) =>
      (await lethe(['model', 'merge', '--out', join(home, 'none'), ...changed])).stderr;
    expect(await fails('--model', 'nobody')).toMatch(/unknown model "nobody"; known: .*lethe-tiny/);
    expect(await fails('--adapter', `${peft}cases`)).toContain('--model is needed');
    expect(await fails('--model', `${peft}llama`, '--adapter', `${peft}cases`)).toContain(
      'there is no adapter: expected adapter_config.json',
    );
    expect(await fails('--model', `${peft}llama`, '--dtype', 'f8')).toContain(
      '--dtype f8: expected one of f32, f16, bf16',
    );
    expect(await fails('--model', `${peft}llama`, '--max-shard-size', 'big')).toContain(
      'must be a size such as 5GB or 500MB',
    );
  });

  test("lists the engine's objectives and masks, with what they need and their defaults", async () => {
    const { stdout, exitCode } = await lethe(['objectives', '--json']);
    expect(exitCode).toBe(0);
    const { objectives: all, masks } = JSON.parse(stdout) as Record<
      'objectives' | 'masks',
      { name: string; needs: string[]; options: Record<string, { default: unknown }> }[]
    >;
    expect(masks.map(({ name, options }) => [name, Object.keys(options)])).toEqual([
      ['sure', ['percentile']],
      ['memflex', ['max_cosine', 'min_gradient']],
    ]);
    expect(all.map(({ name }) => name)).toEqual(unlearningNames);
    const named = (name: string) => all.find((one) => one.name === name)!;
    expect(named('npo').options['beta']).toMatchObject({
      type: 'number',
      maximum: 100,
      default: 0.1,
    });
    expect(named('altpo').needs).toEqual(['an "alternate" in each row of the forget file']);
    expect(named('relearn_dpo').needs).toEqual(['augmentation']);
    const lines = (await lethe(['objectives'])).stdout;
    for (const name of unlearningNames) expect(lines).toMatch(new RegExp(`^│ ${name} +│`, 'm'));
    expect(lines).toContain('steering_coeff=2');
    expect(lines).toContain('percentile=99');
  });

  const golden = sharedData('tofu-golden');
  test.skipIf(!golden)("computes TOFU's figures from logs", async () => {
    const { stdout } = await lethe([
      'metrics',
      'tofu',
      '--logs',
      `${golden}/llama2-7b-full.json`,
      '--retain-logs',
      `${golden}/llama2-7b-retain90.json`,
      '--json',
    ]);
    expect(JSON.parse(stdout)['Forget Quality']).toBeCloseTo(1.8340664109947445e-21, 26);
    const bad = await lethe(['metrics', 'tofu', '--logs', main]);
    expect(bad.exitCode).toBe(2);
    expect(bad.stderr).toContain('is not valid JSON');
  });
});
