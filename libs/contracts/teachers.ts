/** Who can write the safe answers of augmentation. */
export const teachers = ['rules', 'openai'] as const;
export type TeacherName = (typeof teachers)[number];
