// Seconds.

export const since = (from: number): number => (performance.now() - from) / 1000;
