import { afterShots } from './after-shots.js';

export const fewShot = afterShots(3);
