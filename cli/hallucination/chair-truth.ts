// Which objects are in which image, by COCO's outlines and by what people wrote of it.

import { required } from '#collections/required.js';
import { objectReader } from '#metrics/hallucination/chair/objects.js';
import { namesAlone, type Synonyms } from '#metrics/hallucination/chair/synonyms.js';
import { readCaptions, readInstances } from './coco.js';
import { wrong } from './rows.js';

export interface Truth {
  readonly synonyms: Synonyms;
  readonly objects: ReadonlyMap<number, ReadonlySet<string>>;
}

/**
 * @param images of which the objects are wanted.
 * @param given the table of synonyms; absent: the names of the categories alone.
 * @throws CommandError for an image that the instances do not have, and a category that the table has not.
 */
export async function readTruth(
  images: ReadonlySet<number>,
  files: { readonly instances: readonly string[]; readonly captions: readonly string[] },
  given: Synonyms | undefined,
): Promise<Truth> {
  const all = await Promise.all(files.instances.map((file) => readInstances(file, images)));
  const missing = [...images].find((image) => all.every((one) => !one.images.has(image)));
  if (missing !== undefined)
    throw wrong(`image ${missing}, of the answers, is not in ${files.instances.join(', ')}`);
  const names = [...new Set(all.flatMap((one) => one.names))];
  const synonyms = given ?? namesAlone(names);
  const unnamed = names.find((name) => !synonyms.has(name));
  if (unnamed !== undefined)
    throw wrong(
      `the category "${unnamed}" of ${files.instances.join(', ')} is not among the synonyms`,
    );
  const objects = new Map([...images].map((image) => [image, new Set<string>()]));
  for (const { categories } of all)
    for (const [image, found] of categories)
      for (const name of found) objects.get(image)?.add(required(synonyms, name));
  const read = objectReader(synonyms);
  for (const file of files.captions)
    await readCaptions(file, (image, caption) => {
      const known = objects.get(image);
      if (known) for (const object of read(caption).objects) known.add(object);
    });
  return { synonyms, objects };
}
