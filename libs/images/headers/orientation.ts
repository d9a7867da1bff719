// Which way up a picture is, by its EXIF or else its XMP, as Pillow looks it up.

const ORIENTATION = 0x0112;
/** Readers of a number, by its type in the file: bytes, shorts, longs. */
const LENGTHS: Readonly<Record<number, 1 | 2 | 4>> = { 1: 1, 3: 2, 4: 4 };

/** @returns 1, which is upright, where neither says another. */
export function orientationOf(exif?: Uint8Array, xmp?: Uint8Array): number {
  const found = (exif && fromExif(exif)) ?? (xmp && fromXmp(xmp));
  return found !== undefined && found >= 1 && found <= 8 ? found : 1;
}

/** Of the first folder of a TIFF header; undefined where there is none. */
function fromExif(exif: Uint8Array): number | undefined {
  let bytes = Buffer.from(exif.buffer, exif.byteOffset, exif.byteLength);
  while (bytes.toString('latin1', 0, 6) === 'Exif\0\0') bytes = bytes.subarray(6);
  const mark = bytes.toString('latin1', 0, 4);
  if (mark !== 'II*\0' && mark !== 'MM\0*') return undefined;
  const read = (at: number, length: 1 | 2 | 4): number => {
    if (at + length > bytes.length) return 0;
    return mark === 'II*\0' ? bytes.readUIntLE(at, length) : bytes.readUIntBE(at, length);
  };
  const folder = read(4, 4);
  const entries = read(folder, 2);
  for (let i = 0; i < entries; i++) {
    const at = folder + 2 + i * 12;
    if (at + 12 > bytes.length) return undefined;
    if (read(at, 2) !== ORIENTATION) continue;
    const length = LENGTHS[read(at + 2, 2)];
    return length && read(at + 4, 4) === 1 ? read(at + 8, length) : undefined;
  }
  return undefined;
}

function fromXmp(xmp: Uint8Array): number | undefined {
  const text = Buffer.from(xmp.buffer, xmp.byteOffset, xmp.byteLength).toString('latin1');
  const found = /tiff:Orientation(?:="|>)([0-9])/.exec(text);
  return found ? Number(found[1]) : undefined;
}
