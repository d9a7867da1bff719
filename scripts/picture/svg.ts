// A terminal's screen as an SVG picture.

import type { Cell } from './terminal.js';

const colours: Readonly<Record<string, string>> = {
  31: '#f47067',
  32: '#8ddb8c',
  33: '#f0c674',
  36: '#76e3ea',
  90: '#768390',
};
const plain = '#cdd9e5';
const width = 8.4;
const height = 18;
const margin = 16;

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/**
 * Runs of cells with one style become one text element each, pinned to their width so that any font
 * keeps the columns.
 */
export function toSvg(lines: readonly (readonly Cell[])[]): string {
  const columns = Math.max(...lines.map((line) => line.length));
  const size = [columns * width + 2 * margin, lines.length * height + 2 * margin].map(Math.ceil);
  const texts = lines.flatMap((line, row) => runs(line).map((run) => textElement(run, row)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${size[1]}" viewBox="0 0 ${size[0]} ${size[1]}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve">`,
    `<rect width="100%" height="100%" rx="8" fill="#22272e"/>`,
    ...texts,
    '</svg>\n',
  ].join('\n');
}

interface Run {
  readonly at: number;
  readonly text: string;
  readonly style: string;
}

function runs(line: readonly Cell[]): Run[] {
  const found: Run[] = [];
  for (const [at, { char, style }] of line.entries()) {
    const last = found.at(-1);
    if (last && last.style === style) found[found.length - 1] = { ...last, text: last.text + char };
    else found.push({ at, text: char, style });
  }
  return found.filter(({ text }) => text.trim() !== '');
}

function textElement({ at, text, style }: Run, row: number): string {
  const codes = style.split(';');
  const lead = text.length - text.trimStart().length;
  const shown = text.trim();
  const fill = codes.includes('2')
    ? '#768390'
    : (codes.map((code) => colours[code]).find(Boolean) ?? plain);
  const weight = codes.includes('1') ? ' font-weight="bold"' : '';
  const x = (margin + (at + lead) * width).toFixed(1);
  const length = [...shown].length * width;
  return `<text x="${x}" y="${margin + row * height + 13}" fill="${fill}"${weight} textLength="${length.toFixed(1)}" lengthAdjust="spacingAndGlyphs">${escape(shown)}</text>`;
}
