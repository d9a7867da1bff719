// What the native sessions of a thread have in common: onnxruntime's environment, tensors over memory
// of ours, and the constants that were laid out for products.

import type { Feed } from './feed.js';
import { loadOnnxruntime, type OnnxruntimeC, type Pointer } from './onnxruntime-c.js';

const SEVERITY_ERROR = 3;
const [ARENA_ALLOCATOR, DEFAULT_MEMORY] = [1, 0];

/** ONNXTensorElementDataType. */
function elementTypeOf(data: Feed['data']): number {
  if (data instanceof Float32Array) return 1;
  if (data instanceof Uint8Array) return 2;
  return data instanceof BigInt64Array ? 7 : 10;
}

/** Texts as C has them. */
export class Names {
  readonly pointers: BigUint64Array;
  /** Kept for as long as their addresses are used. */
  private readonly texts: Uint8Array[];

  constructor(
    { address }: OnnxruntimeC,
    readonly list: readonly string[],
  ) {
    this.texts = list.map((name) => new TextEncoder().encode(`${name}\0`));
    this.pointers = BigUint64Array.from(this.texts, address);
  }
}

export class NativeEnvironment {
  private packed: Pointer | undefined;
  private users = 0;

  private constructor(
    readonly c: OnnxruntimeC,
    readonly env: Pointer,
    private readonly memory: Pointer,
    private readonly allocator: Pointer,
  ) {}

  /** `undefined` where onnxruntime's C API cannot be called. */
  static async load(): Promise<NativeEnvironment | undefined> {
    const c = await loadOnnxruntime();
    if (!c) return undefined;
    const env = c.get('CreateEnv', SEVERITY_ERROR, 'lethe');
    const memory = c.get('CreateCpuMemoryInfo', ARENA_ALLOCATOR, DEFAULT_MEMORY);
    return new NativeEnvironment(c, env, memory, c.get('GetAllocatorWithDefaultOptions'));
  }

  /** Constants laid out for products, by what they are: they go with the last of their users. */
  acquirePacked(): Pointer {
    this.packed ??= this.c.get('CreatePrepackedWeightsContainer');
    this.users++;
    return this.packed;
  }

  releasePacked(): void {
    this.users--;
    if (this.users > 0 || this.packed === undefined) return;
    this.c.release('ReleasePrepackedWeightsContainer', this.packed);
    this.packed = undefined;
  }

  /** A tensor over the feed's own memory, which is to be kept for as long as the tensor. */
  tensor({ dims, data }: Feed): Pointer {
    const sizes = BigInt64Array.from(dims, BigInt);
    const type = elementTypeOf(data);
    const args = [this.memory, data, data.byteLength, sizes, sizes.length, type] as const;
    return this.c.get('CreateTensorWithDataAsOrtValue', ...args);
  }

  /** A copy of a tensor. */
  floats(tensor: Pointer): Float32Array {
    const info = this.c.get('GetTensorTypeAndShape', tensor);
    const floats = new Float32Array(Number(this.c.get('GetTensorShapeElementCount', info)));
    this.c.release('ReleaseTensorTypeAndShapeInfo', info);
    this.c.copy(floats, this.c.get('GetTensorMutableData', tensor));
    return floats;
  }

  names(session: Pointer, of: 'Input' | 'Output'): Names {
    const length = Number(this.c.get(`SessionGet${of}Count`, session));
    return new Names(
      this.c,
      Array.from({ length }, (_, i) => {
        const text = this.c.get(`SessionGet${of}Name`, session, i, this.allocator);
        const name = this.c.text(text);
        this.c.call('AllocatorFree', this.allocator, text);
        return name;
      }),
    );
  }
}
