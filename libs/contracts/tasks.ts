/** What a model can be put to when it is evaluated. */
export const tasks = ['unlearning'] as const;
export type TaskName = (typeof tasks)[number];
