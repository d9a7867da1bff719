// Why a process died, as far as its log says it in one line.

import { readFileSync } from 'node:fs';

/** The last error in the log, shortened; null where there is none. */
export function lastWords(path: string): string | null {
  const lines = readFileSync(path, 'utf8').slice(-16_384).split('\n');
  const words = lines.map(errorIn).findLast((line) => line !== null) ?? null;
  return words && words.length > 300 ? `${words.slice(0, 300)}...` : words;
}

/** Structured lines of level error and fatal, and what Node prints of an uncaught error. */
function errorIn(line: string): string | null {
  if (/^(\w*Error|Uncaught)\b/.test(line)) return line;
  if (!line.startsWith('{')) return null;
  try {
    const { level, msg } = JSON.parse(line) as { level?: number | string; msg?: string };
    return msg && (level === 'error' || level === 'fatal' || Number(level) >= 50) ? msg : null;
  } catch {
    return null;
  }
}
