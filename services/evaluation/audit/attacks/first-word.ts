import { begun } from './begun.js';

export const firstWord = begun(1);
