// An embedding as a client asks for it.

/** At unit length; zeros stay zeros. */
export function unit(values: readonly number[]): number[] {
  const norm = Math.hypot(...values);
  return norm === 0 ? [...values] : values.map((value) => value / norm);
}

/** As OpenAI's: float32, the first byte the least. */
export function toBase64(values: readonly number[]): string {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeFloatLE(value, 4 * i);
  return bytes.toString('base64');
}
