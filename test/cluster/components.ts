// The services of a release, by the names of their Deployments' labels.

export const workers = ['augmentation', 'training', 'evaluation'] as const;
export const components = ['gateway', 'inference', ...workers] as const;
export type Component = (typeof components)[number];
