import { LogFormatError } from './log-format-error.js';

/** @param file its name, for messages. @throws LogFormatError for what is no JSON object. */
export function parseLog(text: string, file: string): object {
  const value = parseJson(text, file);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new LogFormatError(file, '', 'must be a JSON object, an evaluation log');
  return value;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = /(?:NaN|Infinity)\s*[,}\]]/.test(text)
      ? 'holds NaN or Infinity, which JSON has no word for'
      : 'is not valid JSON';
    throw new LogFormatError(file, '', `${reason} (${(error as Error).message})`);
  }
}
