// Text of a page that is made of the code, as the formatter wants it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FormatConfig, format } from 'oxfmt';
import { projectRoot } from '#supervisor/layout.js';

const configPath = join(projectRoot, '.oxfmtrc.json');

/** @param path of the page: by its name the formatter knows the language. */
export async function formattedPage(path: string, text: string): Promise<string> {
  const config = JSON.parse(readFileSync(configPath, 'utf8')) as FormatConfig;
  return (await format(path, text, config)).code;
}
