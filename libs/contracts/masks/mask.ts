// What a mask is to those who ask for one; how it picks parameters is libs/training's.

import type { z } from 'zod';
import type { Choosable } from '../choices/choice.js';

export interface Mask<S extends z.ZodRawShape = z.ZodRawShape> extends Choosable<S> {
  /** Whether it compares the gradients of both sets, so that something is asked of the retain set. */
  readonly comparesSets: boolean;
}

export const defineMask = <S extends z.ZodRawShape>(mask: Mask<S>): Mask<S> => mask;
