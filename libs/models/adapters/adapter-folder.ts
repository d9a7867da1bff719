// An adapter's files from a folder, as PEFT's save_pretrained or a download leaves them.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdapterFiles } from '../types.js';

const FILE =
  /^(adapter_config\.json|(adapter_)?model.*\.(safetensors|safetensors\.index\.json)|adapter_model\.bin)$/;

/**
 * Other files of the folder are left out.
 * @throws the file system's error where there is no such folder
 */
export async function readAdapterFolder(folder: string): Promise<AdapterFiles> {
  const names = (await readdir(folder)).filter((name) => FILE.test(name));
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await readFile(join(folder, name))] as const),
    ),
  );
}
