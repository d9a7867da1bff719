// Why a process died, as far as its log says it in one line.

import { readFileSync } from 'node:fs';

/** The last error in the log, shortened; null where there is none. */
export function lastWords(path: string): string | null {
  const lines = readFileSync(path, 'utf8').slice(-16_384).split('\n');
  const words = lines.map(errorIn).findLast((line) => line !== null) ?? null;
  return words && words.length > 300 ? `${words.slice(0, 300)}...` : words;
}

/** As in "16478:M 29 Nov 2026 02:39:27.391 # Found an empty AOF manifest". */
const REDIS_WARNING = /^\d+:[A-Z] .*? # (.+)$/;

/**
 * Structured lines of level error and fatal, Redis's warnings, and what Node prints of an uncaught
 * error.
 */
function errorIn(line: string): string | null {
  if (/^(\w*Error|Uncaught)\b/.test(line)) return line;
  if (!line.startsWith('{')) return REDIS_WARNING.exec(line)?.[1] ?? null;
  try {
    const { level, msg } = JSON.parse(line) as { level?: number | string; msg?: string };
    return msg && (level === 'error' || level === 'fatal' || Number(level) >= 50) ? msg : null;
  } catch {
    return null;
  }
}
