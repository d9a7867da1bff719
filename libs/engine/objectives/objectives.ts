// Objectives and retain terms by the names a request uses.
import type { ObjectiveName, RetainTerm } from '../training-options.js';
import { ga } from './ga.js';
import { gdr } from './gdr.js';
import { klr } from './klr.js';
import { npo } from './npo.js';
import { relearn } from './relearn.js';
import { sft } from './sft.js';
import type { Objective } from './side.js';

/** @param npoBeta NPO's inverse temperature. */
export const objectiveOf = (name: ObjectiveName, npoBeta: number): Objective => ({ sft, ga, npo: npo(npoBeta), relearn })[name];
export const retainTerms: Readonly<Record<RetainTerm, Objective>> = { gdr, klr };
