// Opens a graph by the door that is there.

import { openNativeSession } from './native-session.js';
import { openNodeSession } from './node-session.js';
import type { Session, SessionOptions } from './session-type.js';

/** Natively on the CPU, where the platform has that, and else by onnxruntime-node. */
export const openSession = async (graph: Uint8Array, options: SessionOptions): Promise<Session> =>
  (await openNativeSession(graph, options)) ?? openNodeSession(graph, options);
