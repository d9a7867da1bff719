// How large the integers of a matrix in 8 bits may be.

import { readFileSync } from 'node:fs';

/**
 * Without VNNI an x64 CPU adds two products of a byte and an integer in 16 bits, which saturate
 * beyond 64: 2 * 255 * 64 is still below 2^15. Seven bits are less exact, but what they give is right.
 */
export const INT8_LIMIT = addsIn16Bits() ? 64 : 127;

function addsIn16Bits(): boolean {
  return process.arch === 'x64' && !/\bavx(512)?_vnni\b/.test(cpuFlags());
}

/** Nothing where the system does not say. */
function cpuFlags(): string {
  try {
    return readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    return '';
  }
}
