// COCO's instances_*.json and captions_*.json, as far as CHAIR needs them.

import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { ObjectArrays } from './object-arrays.js';
import { wrong } from './rows.js';

const imageSchema = z.object({ id: z.int() });
const categorySchema = z.object({ id: z.int(), name: z.string() });
const instanceSchema = z.object({ image_id: z.int(), category_id: z.int() });
const captionSchema = z.object({ image_id: z.int(), caption: z.string() });

export interface Instances {
  /** Of all images of the file. */
  readonly images: ReadonlySet<number>;
  /** By image: the categories in it. */
  readonly categories: ReadonlyMap<number, ReadonlySet<string>>;
  /** Of all categories of the file. */
  readonly names: readonly string[];
}

/**
 * @param of the images whose categories are wanted.
 * @throws CommandError naming file, element and field.
 */
export async function readInstances(file: string, of: ReadonlySet<number>): Promise<Instances> {
  const images = new Set<number>();
  const names = new Map<number, string>();
  const found = new Map<number, Set<number>>();
  await readArrays(file, {
    images: reader(imageSchema, ({ id }) => void images.add(id)),
    categories: reader(categorySchema, ({ id, name }) => void names.set(id, name)),
    annotations: reader(instanceSchema, ({ image_id: image, category_id: category }) => {
      if (of.has(image)) found.set(image, (found.get(image) ?? new Set()).add(category));
    }),
  });
  if (names.size === 0)
    throw wrong(`${file} has no categories: expected an instances file of COCO`);
  const nameOf = (category: number): string => {
    const name = names.get(category);
    if (name === undefined)
      throw wrong(`${file}: annotations have category ${category}, of no name`);
    return name;
  };
  const categories = [...found].map(
    ([image, ids]) => [image, new Set(Array.from(ids, nameOf))] as const,
  );
  return { images, categories: new Map(categories), names: [...names.values()] };
}

/** @throws CommandError naming file, element and field. */
export async function readCaptions(
  file: string,
  take: (image: number, caption: string) => void,
): Promise<void> {
  let count = 0;
  await readArrays(file, {
    annotations: reader(captionSchema, ({ image_id: image, caption }) => {
      count += 1;
      take(image, caption);
    }),
  });
  if (count === 0) throw wrong(`${file} has no annotations: expected a captions file of COCO`);
}

/** @throws z.ZodError */
type ElementReader = (value: unknown) => void;

const reader =
  <T>(schema: z.ZodType<T>, take: (value: T) => void): ElementReader =>
  (value) =>
    take(schema.parse(value));

async function readArrays(
  file: string,
  readers: Readonly<Record<string, ElementReader>>,
): Promise<void> {
  const arrays = new ObjectArrays(new Set(Object.keys(readers)));
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 }))
    for (const { array, index, json } of arrays.push(chunk as Buffer))
      try {
        readers[array]!(JSON.parse(json));
      } catch (error) {
        throw wrong(`${file}: ${array}.${index}${problemOf(error)}`);
      }
  if (!arrays.hasEnded) throw wrong(`${file} is no whole JSON object: it has no end`);
}

function problemOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return ` is not valid JSON (${(error as Error).message})`;
  const [issue] = error.issues;
  return `, field "${issue?.path.join('.')}": ${issue?.message}`;
}
