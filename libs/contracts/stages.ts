/** What a job goes through, in order; not every job has every stage. */
export const stageNames = ['before', 'augment', 'train', 'after', 'audit', 'publish'] as const;
export type StageName = (typeof stageNames)[number];
