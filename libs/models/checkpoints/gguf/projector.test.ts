// Texts beside projectors that do not go with them, or are none; what is read with a projector and
// without. Files are llama.cpp's own, of test/golden/mmproj.

import { readFileSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  type GgufMetadata,
  type GgufTensorBytes,
  halfMatrices,
  writeGguf,
} from '#testing/gguf-writer.js';
import { goldenRoot, largestDifference } from '#testing/golden.js';
import { useTempFolder } from '#testing/temp-store.js';
import { bfloatsToFloats, floatToBfloat, floatToHalf, halfTable } from '../../tensors/float16.js';
import { visionTensors } from '../../vision/vision-tensors.js';
import { openCheckpoint } from '../checkpoint.js';
import { readVerified } from '../sums/read-verified.js';
import { writeSums } from '../sums/sums-file.js';
import { readGgufHeader } from './header.js';

const temp = useTempFolder();
const golden = join(goldenRoot, 'mmproj');
let folders = 0;

/** A folder with the text of one model, and files beside it. */
async function beside(text: string, files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = join(temp.path, `${text}-${folders++}`);
  await mkdir(folder);
  await copyFile(join(golden, text, 'model.gguf'), join(folder, 'model.gguf'));
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
  return folder;
}

const projector = (name: string): Promise<Buffer> => readFile(join(golden, name, 'mmproj.gguf'));

interface Parts {
  metadata: Record<string, GgufMetadata[string]>;
  tensors: Map<string, GgufTensorBytes>;
}

/** A projector's file with something changed; means and deviations are left out. */
async function changed(name: string, change: (parts: Parts) => void): Promise<Uint8Array> {
  const path = join(golden, name, 'mmproj.gguf');
  const header = await readGgufHeader(path);
  const bytes = readFileSync(path);
  const kept = [...header.metadata].filter(([key]) => !/image_(mean|std)$/.test(key));
  const parts: Parts = {
    metadata: Object.fromEntries(kept) as Parts['metadata'],
    tensors: new Map(
      [...header.tensors].map(([tensor, { dims, type, start, end }]) => [
        tensor,
        { dims, type, bytes: new Uint8Array(bytes.subarray(start, end)) },
      ]),
    ),
  };
  change(parts);
  return writeGguf(parts.metadata, parts.tensors);
}

const refusal = async (
  text: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<string> =>
  openCheckpoint(await beside(text, files)).then(
    () => 'none',
    (error: Error) => error.message.replaceAll(/\/\S*\//g, ''),
  );

test('a text alone, or named by itself, reads text', async () => {
  for (const name of ['llava', 'smolvlm', 'qwen2-vl']) {
    const alone = await openCheckpoint(await beside(name, {}));
    const named = await openCheckpoint(join(golden, name, 'model.gguf'));
    const seeing = await openCheckpoint(join(golden, name));
    expect(seeing.config.vision).toBeDefined();
    for (const { config } of [alone, named]) {
      const { vision: _, ...text } = seeing.config;
      expect(config).toEqual(text);
    }
  }
});

test('a projector of another family is refused with both files', async () => {
  expect(await refusal('llava', { 'mmproj.gguf': await projector('qwen2-vl') })).toBe(
    'mmproj.gguf: a projector of type qwen2vl_merger goes with a text of qwen2vl, found "llama" in model.gguf',
  );
  expect(await refusal('qwen2-vl', { 'mmproj.gguf': await projector('smolvlm') })).toBe(
    'mmproj.gguf: a projector of type idefics3 goes with a text of llama, found "qwen2vl" in model.gguf',
  );
  expect(await refusal('llava', { 'mmproj.gguf': await projector('smolvlm') })).toBe(
    'model.gguf: tokenizer.ggml.tokens: expected <fake_token_around_image>, by which a projector of type idefics3 is shown pictures, found none',
  );
});

test('a projector of another width is refused with both', async () => {
  const narrow = await changed('llava', ({ tensors }) => {
    tensors.set('mm.2.weight', { dims: [16, 32], type: 0, bytes: new Uint8Array(16 * 32 * 4) });
  });
  expect(await refusal('llava', { 'mmproj.gguf': narrow })).toBe(
    'mmproj.gguf: makes features of 16 numbers, and the text model.gguf takes 32: expected files that were made of one model',
  );
});

test('a projector that is not the one that SHA256SUMS lists is refused', async () => {
  const folder = await beside('llava', { 'mmproj.gguf': await projector('llava') });
  const read = () => readVerified(folder, () => openCheckpoint(folder));
  await writeSums(folder, ['model.gguf', 'mmproj.gguf']);
  expect((await read()).config.vision).toBeDefined();
  await writeFile(join(folder, 'mmproj.gguf'), await projector('llava-next'));
  await expect(read()).rejects.toThrow('mmproj.gguf is damaged or another file');
});

test('two projectors are refused by their names', async () => {
  const bytes = await projector('llava');
  expect(await refusal('llava', { 'mmproj-f16.gguf': bytes, 'mmproj-f32.gguf': bytes })).toMatch(
    /: expected at most one projector for images, found mmproj-f16\.gguf, mmproj-f32\.gguf$/,
  );
});

test('what is no known projector is refused by name', async () => {
  const known = 'mlp, idefics3, qwen2vl_merger, qwen2.5vl_merger';
  const without = 'take the file out of the folder to have the text alone';
  const of = (type: string | undefined) =>
    changed('llava', ({ metadata }) => {
      if (type === undefined) delete metadata['clip.projector_type'];
      else metadata['clip.projector_type'] = type;
    });
  expect(await refusal('llava', { 'mmproj.gguf': await of('resampler') })).toBe(
    `mmproj.gguf: clip.projector_type is "resampler", expected one of ${known}: ${without}`,
  );
  expect(await refusal('llava', { 'mmproj.gguf': await of(undefined) })).toBe(
    `mmproj.gguf: clip.projector_type is missing, expected one of ${known}: ${without}`,
  );
  const text = await readFile(join(golden, 'llava', 'model.gguf'));
  expect(await refusal('llava', { 'mmproj.gguf': text })).toBe(
    `mmproj.gguf: general.architecture is "llama", expected clip of a projector: ${without}`,
  );
});

test('a LLaVA-NeXT without one of the two things that it needs is refused', async () => {
  const bare = await changed('llava-next', ({ metadata }) => {
    delete metadata['clip.vision.image_grid_pinpoints'];
  });
  expect(await refusal('llava-next', { 'mmproj.gguf': bare })).toBe(
    'mmproj.gguf: metadata clip.vision.image_grid_pinpoints and tensor model.image_newline of a LLaVA-NeXT: expected pairs of numbers and the tensor, found none and the tensor',
  );
});

test('a tensor that is missing, or is none of the projector, is refused', async () => {
  const without = (tensor: string) =>
    changed('smolvlm', ({ tensors }) => {
      tensors.delete(tensor);
    });
  expect(await refusal('smolvlm', { 'mmproj.gguf': await without('v.blk.1.attn_q.bias') })).toBe(
    'model.gguf: tensor vision_tower.encoder.layers.1.self_attn.q_proj.bias is missing, expected [24]',
  );
  const more = await changed('smolvlm', ({ tensors }) => {
    tensors.set('mm.input_norm.weight', { dims: [8], type: 0, bytes: new Uint8Array(32) });
  });
  expect(await refusal('smolvlm', { 'mmproj.gguf': more })).toBe(
    'mmproj.gguf: tensor mm.input_norm.weight is not part of a clip model that is known here',
  );
  const odd = await changed('qwen2-vl', ({ tensors }) => {
    const bytes = new Uint8Array(24 * 3 * 4 * 2 * 4);
    tensors.set('v.patch_embd.weight.1', { dims: [24, 3, 4, 2], type: 0, bytes });
  });
  expect(await refusal('qwen2-vl', { 'mmproj.gguf': odd })).toBe(
    'mmproj.gguf: tensors v.patch_embd.weight and v.patch_embd.weight.1: expected kernels of one size, found [24, 3, 4, 4] and [24, 3, 4, 2]',
  );
});

test('a number of blocks that no file could hold is refused at once', async () => {
  const many = await changed('qwen2-5-vl', ({ metadata }) => {
    metadata['clip.vision.block_count'] = 2 ** 32 - 1;
  });
  expect(await refusal('qwen2-5-vl', { 'mmproj.gguf': many })).toMatch(
    /^mmproj\.gguf: metadata clip\.vision\.block_count: expected at most \d+, the number of tensors, found 4294967295$/,
  );
});

test('the newer name of the type, and what newer files say of sizes', async () => {
  const file = await changed('qwen2-5-vl', ({ metadata }) => {
    metadata['clip.vision.projector_type'] = metadata['clip.projector_type']!;
    delete metadata['clip.projector_type'];
    delete metadata['clip.vision.window_size'];
    metadata['clip.vision.image_max_pixels'] = 4096;
  });
  const { config, imageProcessor } = await openCheckpoint(
    await beside('qwen2-5-vl', { 'mmproj.gguf': file }),
  );
  expect(config.vision?.tower).toMatchObject({ windows: { side: 28, wholes: [1] } });
  expect(imageProcessor).toMatchObject({ max_pixels: 4096 });
});

test("the MLP's matrices are told by their shapes, under either name", async () => {
  const other: Readonly<Record<string, string>> = { ffn_up: 'ffn_down', ffn_down: 'ffn_up' };
  const swapped = await changed('smolvlm', (parts) => {
    parts.tensors = new Map(
      [...parts.tensors].map(([name, tensor]) => [
        name.replace(/ffn_\w+/, (found) => other[found] ?? found),
        tensor,
      ]),
    );
  });
  const [ours, theirs] = [
    await openCheckpoint(await beside('smolvlm', { 'mmproj.gguf': swapped })),
    await openCheckpoint(join(golden, 'smolvlm')),
  ];
  expect(ours.config).toEqual(theirs.config);
  for (const name of visionTensors(ours.config).keys())
    expect(await ours.read(name), name).toEqual(await theirs.read(name));
});

/** Blocks of 32 numbers: a float16, and 8 bits of each. */
function inBlocks(numbers: Float32Array): Uint8Array {
  const bytes = new Uint8Array((numbers.length / 32) * 34);
  const view = new DataView(bytes.buffer);
  for (let block = 0; block < numbers.length / 32; block++) {
    const part = numbers.subarray(block * 32, (block + 1) * 32);
    const half = floatToHalf(part.reduce((most, one) => Math.max(most, Math.abs(one)), 0) / 127);
    view.setUint16(block * 34, half, true);
    for (const [i, one] of part.entries())
      view.setInt8(block * 34 + 2 + i, Math.round(one / halfTable()[half]!));
  }
  return bytes;
}

test('a matrix in blocks of 8 bits', async () => {
  const wide = await openCheckpoint(join(golden, 'qwen2-5-vl'));
  const cut = await changed('qwen2-5-vl', ({ tensors }) => {
    const { dims, bytes } = tensors.get('mm.0.weight')!;
    const numbers = new Float32Array(bytes.slice().buffer);
    tensors.set('mm.0.weight', { dims, type: 8, bytes: inBlocks(numbers) });
  });
  const narrow = await openCheckpoint(await beside('qwen2-5-vl', { 'mmproj.gguf': cut }));
  const name = 'visual.merger.mlp.0.weight';
  const difference = largestDifference(await narrow.read(name), await wide.read(name));
  expect(difference).toBeGreaterThan(0);
  // Half a step of a block whose largest number is below 1.
  expect(difference).toBeLessThan(1 / 127);
});

const rounded: Readonly<Record<string, (value: number) => number>> = {
  f16: (value) => halfTable()[floatToHalf(value)]!,
  bf16: (value) => bfloatsToFloats(Uint16Array.of(floatToBfloat(value)))[0]!,
};

test.each(['smolvlm', 'qwen2-5-vl'])(
  '%s in 16 bits has the same numbers, rounded',
  async (name) => {
    const wide = await openCheckpoint(join(golden, name));
    const cut = await changed(name, (parts) => {
      parts.tensors = halfMatrices(parts.tensors);
    });
    const files = { f16: await readFile(join(golden, 'f16', `${name}.gguf`)), bf16: cut };
    for (const [kind, bytes] of Object.entries(files)) {
      const narrow = await openCheckpoint(await beside(name, { 'mmproj.gguf': bytes }));
      expect(narrow.config).toEqual(wide.config);
      let differing = 0;
      for (const tensor of visionTensors(wide.config).keys()) {
        const [ours, theirs] = [await narrow.read(tensor), await wide.read(tensor)];
        const isWhole = largestDifference(ours, theirs) === 0;
        if (!isWhole) differing++;
        expect(ours, tensor).toEqual(isWhole ? theirs : theirs.map(rounded[kind]!));
      }
      expect(differing).toBeGreaterThan(10);
    }
  },
);
