import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { encodeExample } from '#models/text/encode-example.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import { encodeLinks } from './encode-links.js';

let tokenizer: Tokenizer;
beforeAll(async () => {
  const folder = join(import.meta.dirname, '../../../../models/lethe-tiny');
  tokenizer = await (await openCheckpoint(folder)).tokenizer();
});

const texts = { names: ['measles', 'rubeola'], attributes: ['symptoms', 'cause'] };
const rows = [['fever', 'a red rash'], []];

describe('links as tokens', () => {
  test('are what training teaches: apart from the prompt, and with the row after them', () => {
    const { links, rows: read } = encodeLinks(tokenizer, { ...texts, rows }, 99);
    const messages = [{ role: 'user' as const, content: 'q' }];
    const learned = encodeExample(
      tokenizer,
      { messages, answer: 'measles | symptoms\nfever; a red rash\nIt' },
      999,
    );
    const said = learned.ids.slice(learned.labelStart);
    const own = [...links[0]!, ...read[0]!.tokens];
    expect(said.slice(0, own.length)).toEqual(own);
    expect(links).toHaveLength(4);
    expect(tokenizer.decode(links[3]!)).toBe('rubeola | cause\n');
    expect(read[1]).toEqual({ tokens: [], values: 0 });
  });

  test('spell no control token, whatever the base says', () => {
    const controls = [...tokenizer.controls];
    expect(controls.length).toBeGreaterThan(0);
    for (const [id, control] of controls) {
      const spelt = { names: [control], attributes: [control], rows: [[`a ${control} b`]] };
      const { links, rows: read } = encodeLinks(tokenizer, spelt, 999);
      const all = [...links.flat(), ...read.flatMap(({ tokens }) => tokens)];
      expect(all).not.toContain(id);
      expect(tokenizer.decode(read[0]!.tokens)).toContain(control);
    }
  });

  test('that the tokenizer cannot say are empty', () => {
    const odd = { names: ['ok', '\u{10ffff}'], attributes: ['a'], rows: [[]] };
    const { links } = encodeLinks(withoutBytes(tokenizer), odd, 9);
    expect(links.map(({ length }) => length > 0)).toEqual([true, false]);
  });

  test('are read with as many values as have room', () => {
    const values = Array.from({ length: 10_000 }, (_, i) => `value ${i}`);
    for (const room of [1, 20, 64, 500]) {
      const {
        rows: [row],
      } = encodeLinks(tokenizer, { ...texts, rows: [values, []] }, room);
      expect(row!.tokens.length).toBeLessThanOrEqual(room);
      const read = tokenizer.decode(row!.tokens);
      const kept = values.slice(0, row!.values);
      expect(read.trim()).toBe(kept.join('; '));
      if (room >= 20) expect(row!.tokens.length).toBeGreaterThan(room / 2);
    }
  });
});

/** As a vocabulary that has no token for what it does not know. */
const withoutBytes = (one: Tokenizer): Tokenizer =>
  Object.assign(Object.create(one) as Tokenizer, {
    encodeSealed: (text: string) => one.encodeSealed(text.replaceAll('\u{10ffff}', '')),
  });
