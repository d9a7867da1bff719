// Parts of a file as memory. A buffer whose part was given back is a wrong address: block-file.ts
// alone maps, and outlives what reads.

const [PROT_READ, MAP_SHARED, MADV_DONTNEED] = [1, 1, 4];
const MAP_FAILED = 2n ** 64n - 1n;

export interface MemoryMap {
  /** `undefined` where the system has no room for it. @param at a multiple of the page size. */
  map(descriptor: number, at: number, length: number): ArrayBuffer | undefined;
  unmap(buffer: ArrayBuffer): void;
}

/** Of mapped buffers; there is no other way to tell them from memory that has nothing behind it. */
const addresses = new WeakMap<ArrayBufferLike, bigint>();
let advise: ((...args: unknown[]) => number) | undefined;

/** `undefined` where koffi or the platform's functions are not there. */
export async function loadMemoryMap(): Promise<MemoryMap | undefined> {
  if (process.platform !== 'linux') return undefined;
  const koffi = await import('koffi').then(
    (module) => module.default,
    () => undefined,
  );
  if (!koffi) return undefined;
  const libc = koffi.load(null);
  const mmap = libc.func('void *mmap(void *, size_t, int, int, int, int64_t)');
  const munmap = libc.func('int munmap(void *, size_t)');
  advise ??= libc.func('int madvise(void *, size_t, int)');
  return {
    map(descriptor, at, length) {
      const address = mmap(null, length, PROT_READ, MAP_SHARED, descriptor, at) as bigint;
      if (address === MAP_FAILED) return undefined;
      const buffer = koffi.view(address, length);
      addresses.set(buffer, address);
      return buffer;
    },
    unmap(buffer) {
      munmap(addresses.get(buffer), buffer.byteLength);
      addresses.delete(buffer);
    },
  };
}

/** Takes no memory for what of these is mapped, until it is read again. */
export function giveBack(views: Iterable<ArrayBufferView>): void {
  for (const buffer of new Set(Array.from(views, (view) => view.buffer))) {
    const address = addresses.get(buffer);
    if (address !== undefined) advise?.(address, buffer.byteLength, MADV_DONTNEED);
  }
}
