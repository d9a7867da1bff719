import { expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { ConditionalWriteError } from '../../errors/conditional-write.error.js';
import { claim } from './claim.js';
import { FolderBlobs } from './folder-blobs.js';

const folder = useTempFolder();

/** As an S3 server that passes over the condition of a write. */
class Careless extends FolderBlobs {
  override async create(key: string, bytes: Uint8Array): Promise<boolean> {
    await this.write(key, [bytes]);
    return true;
  }
}

test("a store is its first owner's, and stays so", async () => {
  const blobs = new FolderBlobs(folder.path);
  const first = await Promise.all(['one', 'one', 'one'].map((owner) => claim(blobs, owner)));
  expect(first).toEqual([true, true, true]);
  expect(await claim(blobs, 'two')).toBe(false);
  expect(await claim(blobs, 'one')).toBe(true);
});

test('a store that replaces what is there is refused', async () => {
  await expect(claim(new Careless(folder.path), 'one')).rejects.toThrow(ConditionalWriteError);
});
