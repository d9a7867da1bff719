// Samples of other kinds as RGB, as Pillow's convert('RGB') has them.

/** Pillow takes all above 255 as white, and so all but the darkest of a file of 16 bits. */
export function deepGreyAsRgb(samples: Uint16Array): Uint8Array {
  const out = new Uint8Array(samples.length * 3);
  for (let i = 0; i < samples.length; i++) out.fill(Math.min(255, samples[i]!), i * 3, i * 3 + 3);
  return out;
}

/** Without any profile: what is left of white by black, times what is left by each ink. */
export function cmykAsRgb(samples: Uint8Array): Uint8Array {
  const out = new Uint8Array((samples.length / 4) * 3);
  for (let from = 0, to = 0; from < samples.length; from += 4, to += 3) {
    const white = 255 - samples[from + 3]!;
    for (let c = 0; c < 3; c++) out[to + c] = Math.max(0, white - share(samples[from + c]!, white));
  }
  return out;
}

/** a * b / 255, rounded as Pillow's MULDIV255 does. */
function share(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}
