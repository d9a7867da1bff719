// What files are for, by the names that OpenAI gives them.

export const FINE_TUNE = 'fine-tune';
export const VISION = 'vision';
export const purposes = [FINE_TUNE, VISION];
