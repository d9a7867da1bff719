// Opens a graph by the door that is there.

import { encodeModel, type ModelRecord } from '#onnx/encode.js';
import { inPlace, openNativeSession } from './native-session.js';
import { openNodeSession } from './node-session.js';
import type { Session, SessionOptions } from './session-type.js';

/** Natively on the CPU, where the platform has that, and else by onnxruntime-node. */
export const openSession = async (model: ModelRecord, options: SessionOptions): Promise<Session> =>
  (await openNativeSession(encodeModel(inPlace(model, options)), options)) ??
  openNodeSession(encodeModel(model), options);
