// CRC-32 as S3 writes it.

/** @param crc of zlib's crc32. @returns its four bytes, big end first, in Base64. */
export function formatCrc32(crc: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc);
  return bytes.toString('base64');
}
