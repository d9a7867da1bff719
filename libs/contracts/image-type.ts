// The formats of pictures that can be read, told by their first bytes.

export const imageTypes = ['image/png', 'image/jpeg', 'image/webp'] as const;
export type ImageType = (typeof imageTypes)[number];

/** So many first bytes tell. */
export const MAGIC_BYTES = 12;

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];

/** @returns undefined for bytes that are no picture of these formats. */
export function imageTypeOf(bytes: Uint8Array): ImageType | undefined {
  const begins = (magic: readonly number[], at = 0): boolean =>
    magic.every((byte, i) => bytes[at + i] === byte);
  const spells = (text: string, at: number): boolean => begins([...Buffer.from(text)], at);
  if (begins(PNG)) return 'image/png';
  if (begins(JPEG)) return 'image/jpeg';
  if (spells('RIFF', 0) && spells('WEBP', 8)) return 'image/webp';
  return undefined;
}
