// lethe model fetch: files of base models from elsewhere, each with the hash that it must have.

import { type Command, Option } from 'commander';
import { join } from 'node:path';
import { CommandError } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import { fetchFile, type WantedFile } from '../fetched-file.js';
import { print } from '../output.js';

const WANTED = /^([\w.-]+\/[\w.-]+)=(\S+)#sha256:([0-9a-f]{64})$/;
const HUB = /^hf:\/\/([\w.-]+\/[\w.-]+)@([\w.-]+)\/(.+)$/;

interface FetchOptions {
  readonly into: string;
  readonly hfToken?: string;
}

export function registerFetch(model: Command): void {
  model
    .command('fetch <file...>')
    .description(
      'fetch files of models, each given as <model>/<file>=<url>#sha256:<hex>, with an https:// URL or hf://owner/name@revision/file; what is there already is not fetched again',
    )
    .requiredOption('--into <folder>', 'the folder of models')
    .addOption(new Option('--hf-token <token>', 'token of the hub').env('HF_TOKEN'))
    .action(fetchAll);
}

async function fetchAll(files: string[], { into, hfToken }: FetchOptions): Promise<void> {
  for (const wanted of files.map((text) => parse(text, into))) {
    const hub = hubUrl(wanted.url);
    const authorization = hub && hfToken ? { authorization: `Bearer ${hfToken}` } : undefined;
    const fetched = await fetchFile({ ...wanted, url: hub ?? wanted.url }, authorization);
    print(`${wanted.path} ${fetched ? 'is fetched' : 'is there'}`);
  }
}

function parse(text: string, into: string): WantedFile {
  const [, name, url, sha256] = WANTED.exec(text) ?? [];
  if (!name || !url || !sha256 || !(hubUrl(url) || /^https?:\/\//.test(url)))
    throw new CommandError(
      `${JSON.stringify(text)}: expected <model>/<file>=<url>#sha256:<64 hex digits>, the URL with https:// or hf://owner/name@revision/file`,
      exitCodes.usage,
    );
  return { path: join(into, name), url, sha256 };
}

function hubUrl(url: string): string | undefined {
  const [, repository, revision, file] = HUB.exec(url) ?? [];
  return repository && `https://huggingface.co/${repository}/resolve/${revision}/${file}`;
}
