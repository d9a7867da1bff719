// lethe model fetch: files of base models from elsewhere, each with the hash that it must have.

import { type Command, Option } from 'commander';
import { join } from 'node:path';
import { CommandError } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import { fetchFile, type WantedFile } from '../fetched-file.js';
import { fileSource, sourceForms } from '../file-source.js';
import { print } from '../output.js';

const WANTED = /^([\w.-]+\/[\w.-]+)=(.+)#sha256:([0-9a-f]{64})$/;

interface FetchOptions {
  readonly into: string;
  readonly hfToken?: string;
}

export function registerFetch(model: Command): void {
  model
    .command('fetch <file...>')
    .description(
      `fetch files of models, each given as <model>/<file>=<url>#sha256:<hex>, the URL being ${sourceForms}; what is there already is not fetched again`,
    )
    .requiredOption('--into <folder>', 'the folder of models')
    .addOption(new Option('--hf-token <token>', 'token of the hub').env('HF_TOKEN'))
    .action(fetchAll);
}

async function fetchAll(files: string[], { into, hfToken }: FetchOptions): Promise<void> {
  for (const wanted of files.map((text) => parse(text, into, hfToken))) {
    const fetched = await fetchFile(wanted);
    print(`${wanted.path} ${fetched ? 'is fetched' : 'is there'}`);
  }
}

function parse(text: string, into: string, hubToken?: string): WantedFile {
  const [, name, url, sha256] = WANTED.exec(text) ?? [];
  const source = url && fileSource(url, hubToken);
  if (!name || !url || !sha256 || !source)
    throw new CommandError(
      `${JSON.stringify(text)}: expected <model>/<file>=<url>#sha256:<64 hex digits>, the URL being ${sourceForms}`,
      exitCodes.usage,
    );
  return { path: join(into, name), url, source, sha256 };
}
