// Decoding strategies that requests name.

export const strategyNames = ['cad', 'deco', 'dola', 'energy', 'sled'] as const;
export type StrategyName = (typeof strategyNames)[number];
