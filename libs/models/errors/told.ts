// A value as an error quotes it.

const LONGEST = 100;

/** JSON, cut where it is long: a file of megabytes is no message. */
export function told(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
