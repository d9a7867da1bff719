// Pictures, answers of a server of our own, and what is made of them.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LetheClient } from '#client/lethe-client.js';
import { Random } from '#runtime/random.js';
import { type Answer, says, useEndpoint } from '#testing/scripted-endpoint.js';
import { useTempFolder } from '#testing/temp-store.js';
import { caption } from '../../../models/lethe-tiny-vl/scenes/caption.js';
import { contexts } from '../../../models/lethe-tiny-vl/scenes/objects.js';
import { type Scene, testScene } from '../../../models/lethe-tiny-vl/scenes/scene.js';
import { exhibitsIn } from './exhibits.js';
import { judge, type Judged } from './judging.js';
import { marked } from './marked.js';
import { visionPage } from './page.js';
import { captionTable, chairTable, popeTable } from './tables.js';
import { priorModel } from './ways.js';

const PICTURES = 12;

interface Asked {
  readonly model: string;
  readonly decoding?: { readonly alpha: number };
  readonly messages: readonly [
    { readonly content: readonly [{ image_url: { url: string } }, { text: string }] },
  ];
}

/** Greedily the model with the prior names the place's first three objects, and says yes to all. */
const answers: Answer = (response, request) => {
  const { model, decoding, messages } = request as unknown as Asked;
  const [{ image_url: picture }, { text }] = messages[0].content;
  const scene = testScene(Number(picture.url.replace('file-', '')));
  const sees = model !== priorModel || (decoding?.alpha ?? 0) > 0;
  const said = sees ? scene : usual(scene);
  if (text.startsWith('Please')) return says(caption(said, new Random('said')))(response, request);
  const [, name] = /^Is there an? (\w+) in the image\?$/.exec(text) ?? [];
  const isThere = scene.objects.some((object) => object === name);
  return says(!sees || isThere ? 'Yes' : 'No')(response, request);
};
const usual = ({ context, objects, seed }: Scene): Scene => ({
  context,
  objects: [...new Set([...objects, ...contexts[context].slice(0, 3)])],
  seed,
});

const endpoint = useEndpoint(answers);
const temp = useTempFolder();

async function judged(): Promise<{ exhibits: Awaited<ReturnType<typeof exhibitsIn>> } & Judged> {
  const folder = join(temp.path, 'vision');
  const exhibits = await exhibitsIn(folder, PICTURES);
  const url = new URL('/', endpoint.url).href;
  const { openai: client } = new LetheClient({ url, apiKey: 'k' });
  const uploaded = new Map(exhibits.map(({ image }) => [image, `file-${image}`]));
  const result = await judge({ client, folder, exhibits, uploaded, begun: () => {} });
  return { exhibits, ...result };
}

test('what is said is judged way by way, against the first', async () => {
  const { chair, pope, exhibits, captions } = await judged();
  const [greedy, mask, deco, plain] = chair.map(({ report }) => report.figures);
  const withUnseen = exhibits.filter(
    ({ scene }) => usual(scene).objects.length > scene.objects.length,
  );
  expect(greedy?.['CHAIRs']?.value).toBeCloseTo((100 * withUnseen.length) / PICTURES, 9);
  expect(greedy?.['CHAIRs']).not.toHaveProperty('difference');
  expect(mask?.['CHAIRs']?.difference?.value).toBe(0);
  for (const seeing of [deco, plain]) {
    expect(seeing).toMatchObject({ CHAIRs: { value: 0 }, recall: { value: 100 } });
    expect(seeing?.['CHAIRs']?.difference?.value).toBe(-greedy!['CHAIRs']!.value);
  }
  for (const rows of Object.values(pope)) {
    expect(rows[0]?.report.figures).toMatchObject({
      accuracy: { value: 50 },
      'yes ratio': { value: 100 },
    });
    expect(rows[2]?.report.figures).toMatchObject({
      accuracy: { value: 100 },
      'yes ratio': { value: 50, difference: { value: -50 } },
    });
  }
  const few = exhibits.slice(0, 3);
  const table = captionTable(few, { chair, pope, captions });
  expect(table).toMatch(/\*\w+\*/);
  expect(chairTable(chair)).toMatch(/prior, DeCo +│ 0\.0 \[0, 0\] +│ 0\.0 \[0, 0\] +│ 100\.0 /);
  expect(popeTable(pope)).toMatch(/adversarial: prior, DeCo +│ 100\.0 \[100, 100\]/);
  const page = visionPage(few, { chair, pope, captions });
  expect(page.match(/src="data:image\/png;base64,/g)).toHaveLength(3);
  const absent = usual(few[0]!.scene).objects.filter((one) => !few[0]!.scene.objects.includes(one));
  for (const name of absent) expect(page).toContain(`<mark class="absent">${name}</mark>`);
  expect(page).toContain('not that it helps models of the wild');
});

test('what a model says is escaped', () => {
  const scene = testScene(0);
  const exhibit = { image: 0, scene, file: '0.png', png: new Uint8Array() };
  const said = new Map([['0', '<script>cup</script>']]);
  const captions = new Map(['greedy', 'mask', 'deco', 'plain'].map((id) => [id, said]));
  const page = visionPage([exhibit], {
    chair: [],
    pope: { random: [], popular: [], adversarial: [] },
    captions,
  });
  expect(page).not.toContain('<script>');
});

test('names are marked as whole words, in any case', () => {
  expect(marked('A Cup, a scar and a car.', ['car'])).toEqual([
    { text: 'A ' },
    { text: 'Cup', isThere: false },
    { text: ', a scar and a ' },
    { text: 'car', isThere: true },
    { text: '.' },
  ]);
});
