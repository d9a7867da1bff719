// Relative links of Markdown pages that lead nowhere: to no file, or to no heading of a page.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Fenced blocks and code spans hold no links, and no headings. */
const withoutCode = (page: string): string =>
  page.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, (span) => span.replace(/[[\]()]/g, ''));

/** Headings as GitHub's anchors: lower case, punctuation gone, hyphens for spaces. */
const anchors = (path: string): Set<string> =>
  new Set(
    [...withoutCode(readFileSync(path, 'utf8')).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

const links = (page: string): string[] =>
  [...withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target));

function leadsNowhere(page: string, link: string): boolean {
  const [path, anchor] = link.split('#') as [string, string?];
  const target = path === '' ? page : resolve(dirname(page), path);
  if (!existsSync(target)) return true;
  return anchor !== undefined && !anchors(target).has(anchor);
}

/** @returns "page: link" of each, by the pages' paths below `root`. */
export const brokenLinks = (root: string, pages: readonly string[]): string[] =>
  pages
    .map((page) => join(root, page))
    .flatMap((page) =>
      links(readFileSync(page, 'utf8'))
        .filter((link) => leadsNowhere(page, link))
        .map((link) => `${relative(root, page)}: ${link}`),
    );
