import { begun } from './begun.js';

export const firstQuarter = begun((words) => Math.ceil(words / 4));
