import { begun } from './begun.js';

export const firstThreeWords = begun(3);
