// onnxruntime's C API, on the library that onnxruntime-node ships. A wrong argument is no exception
// here but the end of the process: native-session.ts alone calls it.

import './no-telemetry.js';
import type * as Koffi from 'koffi';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { first } from '#collections/items.js';
import { required } from '#collections/required.js';

/** The C header's version that the places below are of; later ones only append. */
const API_VERSION = 23;
/** Functions that return a status: where the API's table has them, and what they take. */
const functions = {
  CreateEnv: [3, 'int, str, void *'],
  Run: [9, 'void *, void *, void *, void *, size_t, void *, size_t, void *'],
  CreateSessionOptions: [10, 'void *'],
  DisableMemPattern: [17, 'void *'],
  SetSessionGraphOptimizationLevel: [23, 'void *, int'],
  SetIntraOpNumThreads: [24, 'void *, int'],
  SessionGetInputCount: [30, 'void *, void *'],
  SessionGetOutputCount: [31, 'void *, void *'],
  SessionGetInputName: [36, 'void *, size_t, void *, void *'],
  SessionGetOutputName: [37, 'void *, size_t, void *, void *'],
  CreateTensorWithDataAsOrtValue: [49, 'void *, void *, size_t, void *, size_t, int, void *'],
  GetTensorMutableData: [51, 'void *, void *'],
  GetTensorShapeElementCount: [64, 'void *, void *'],
  GetTensorTypeAndShape: [65, 'void *, void *'],
  CreateCpuMemoryInfo: [69, 'int, int, void *'],
  AllocatorFree: [76, 'void *, void *'],
  GetAllocatorWithDefaultOptions: [78, 'void *'],
  AddSessionConfigEntry: [130, 'void *, str, str'],
  AddInitializer: [150, 'void *, str, void *'],
  CreatePrepackedWeightsContainer: [166, 'void *'],
  CreateSessionFromArrayWithPrepackedWeightsContainer: [
    169,
    'void *, void *, size_t, void *, void *, void *',
  ],
} as const;
/** Those that free what they are given. */
const releases = {
  ReleaseStatus: 93,
  ReleaseSession: 95,
  ReleaseValue: 96,
  ReleaseTensorTypeAndShapeInfo: 99,
  ReleaseSessionOptions: 100,
  ReleasePrepackedWeightsContainer: 167,
} as const;
const GET_ERROR_MESSAGE = 2;
const TABLE_LENGTH = 170;

/** Of glibc: what is loaded stays, though koffi's handle is collected or its thread ends. */
const [RTLD_NOW, RTLD_NODELETE] = [2, 0x1000];

export type Pointer = bigint;
type Argument = Pointer | number | string | ArrayBufferView | null;

export interface OnnxruntimeC {
  /** @throws Error with onnxruntime's own words. */
  call(name: keyof typeof functions, ...args: readonly Argument[]): void;
  /** The same of a function whose last argument is where it writes a pointer or a size. */
  get(name: keyof typeof functions, ...args: readonly Argument[]): Pointer;
  release(name: keyof typeof releases, pointer: Pointer): void;
  text(pointer: Pointer): string;
  /** Of memory that stays where it is while somebody holds it. */
  address(data: ArrayBufferView): Pointer;
  /** Fills `into` with what lies there. */
  copy(into: ArrayBufferView, from: Pointer): void;
  /** Gives back to the system what was freed. */
  trim(): void;
}

/** `undefined` where koffi or a library of the platform is not there. */
export async function loadOnnxruntime(): Promise<OnnxruntimeC | undefined> {
  if (process.platform !== 'linux') return undefined;
  const koffi = await import('koffi').then(
    (module) => module.default,
    () => undefined,
  );
  return koffi && bind(koffi);
}

const libraryPath = (): string =>
  join(
    dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')),
    `bin/napi-v6/linux/${process.arch}/libonnxruntime.so.1`,
  );

type Caller = Pick<typeof Koffi, 'address' | 'array' | 'call' | 'decode' | 'load' | 'proto'>;

function bind(koffi: Caller): OnnxruntimeC {
  const path = libraryPath();
  const libc = koffi.load(null);
  libc.func('void *dlopen(const char *, int)')(path, RTLD_NOW | RTLD_NODELETE);
  const trim = libc.func('int malloc_trim(size_t)');
  const memcpy = libc.func('void *memcpy(void *, void *, size_t)');
  const base = koffi.load(path).func('void *OrtGetApiBase()')();
  const [getApi] = koffi.decode(base, koffi.array('void *', 1));
  const api = koffi.call(getApi, koffi.proto('void *(uint32_t)'), API_VERSION);
  const table: Pointer[] = koffi.decode(api, koffi.array('void *', TABLE_LENGTH));
  const at = (place: number, type: string) => koffi.decode(table[place], koffi.proto(type));
  const bound = new Map(
    Object.entries(functions).map(([name, [place, types]]) => [
      name,
      at(place, `void *(${types})`),
    ]),
  );
  const freeing = new Map(
    Object.entries(releases).map(([name, place]) => [name, at(place, 'void (void *)')]),
  );
  const messageOf = at(GET_ERROR_MESSAGE, 'const char *(void *)');
  const call: OnnxruntimeC['call'] = (name, ...args) => {
    const status = required(bound, name)(...args);
    if (!status) return;
    const message = messageOf(status);
    required(freeing, 'ReleaseStatus')(status);
    throw new Error(message);
  };
  return {
    call,
    get: (name, ...args) => {
      const place = new BigUint64Array(1);
      call(name, ...args, place);
      return first(place);
    },
    release: (name, pointer) => required(freeing, name)(pointer),
    text: (pointer) => koffi.decode(pointer, 'char', -1),
    address: koffi.address,
    copy: (into, from) => void memcpy(into, from, into.byteLength),
    trim: () => void trim(0),
  };
}
