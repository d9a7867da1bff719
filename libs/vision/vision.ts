// A model's eyes: pictures as features, made on a thread that starts with the first of them, and kept
// for the owner's next turn.

import { LRUCache } from 'lru-cache';
import type { Making } from '#models/vision/making.js';
import type { Device } from '#runtime/compute.js';
import '#runtime/no-telemetry.js';
import { RenewedThread } from '#thread/renewed-thread.js';
import type { RawImage, SeenBy, SeenImage, VisionProtocol } from './protocol.js';
import { Turns } from './turns.js';

export interface VisionOptions {
  readonly modelPath: string;
  readonly device: Device;
  /** Of the tower's passes: the text's thread needs the others. */
  readonly threads: number;
  /** How much the tower's threads give way to the text's, from 0 to 19. Absent: not at all. */
  readonly nice?: number;
  /** Of features that are kept. 0: none are. */
  readonly cacheBytes: number;
  /** Pictures that wait at a time. */
  readonly maxWaiting: number;
  /** Absent: features. */
  readonly making?: Making;
}

/** A picture that may have been looked at before. */
export interface Shown {
  /** SHA-256 of its bytes. */
  readonly hash: string;
  readonly isWhole: boolean;
  /** Called where it is not known yet. */
  read(): Promise<Omit<RawImage, 'isWhole'>>;
}

export interface LookOptions {
  /** Whose it is: owners take turns, and have nothing of each other. */
  readonly owner: string;
  /** Features that there is room for. */
  readonly room: number;
  readonly signal: AbortSignal;
  /** Absent: by the model's own tower and connector. */
  readonly by?: SeenBy | undefined;
}

/** @param by '' for the model's own. */
type Key = readonly [owner: string, hash: string, isWhole: boolean, by: string];

export class Vision {
  private readonly thread: RenewedThread<VisionProtocol>;
  private readonly turns: Turns;
  private readonly seen: LRUCache<string, SeenImage> | undefined;
  /** How often something was forgotten: what was looked at meanwhile is not kept. */
  private forgotten = 0;
  private isLeaving = false;

  constructor(options: VisionOptions) {
    const { modelPath, device, threads, nice = 0, cacheBytes, maxWaiting } = options;
    const { making = 'features' } = options;
    const start = { modelPath, making, compute: { device, threads }, nice };
    this.thread = new RenewedThread(new URL('./thread.js', import.meta.url), 'vision', start);
    this.turns = new Turns(maxWaiting);
    if (cacheBytes > 0)
      this.seen = new LRUCache({
        maxSize: cacheBytes,
        sizeCalculation: ({ features }) => features.data.byteLength,
      });
  }

  /** Of all features that are kept. */
  get bytesTaken(): number {
    return this.seen?.calculatedSize ?? 0;
  }

  /**
   * @throws ImageError, ImageRoomError, VisionBusyError, CheckpointError, ImageProcessorError,
   * ThreadEndedError, what `read` throws, the signal's reason
   */
  async look(shown: Shown, { owner, room, signal, by }: LookOptions): Promise<SeenImage> {
    const named: Key = [owner, shown.hash, shown.isWhole, by?.id ?? ''];
    const key = JSON.stringify(named);
    return (
      this.seen?.get(key) ??
      this.turns.run(owner, signal, async () => {
        // The same picture may have been looked at in the meantime.
        const known = this.seen?.get(key);
        if (known) return known;
        const { forgotten } = this;
        const image = { ...(await shown.read()), isWhole: shown.isWhole };
        const seen = await this.thread.current.call('look', { image, room, by }, { signal });
        if (forgotten === this.forgotten && !this.isLeaving) this.seen?.set(key, seen);
        return seen;
      })
    );
  }

  /** Drops what is kept of an owner's pictures. */
  forget(owner: string): void {
    this.discard(([whose]) => whose === owner);
  }

  /** Drops what is kept of a way to see, and of what was seen by it. */
  drop(by: string): void {
    this.discard(([, , , id]) => id === by);
    // A thread that is gone has nothing.
    this.thread.running?.call('drop', by).catch(() => {});
  }

  private discard(isOne: (key: Key) => boolean): void {
    this.forgotten++;
    const keys = [...(this.seen?.keys() ?? [])];
    for (const key of keys) if (isOne(JSON.parse(key) as Key)) this.seen?.delete(key);
  }

  /** Drops what is kept of everybody's pictures, and keeps nothing from now on. */
  keepNothing(): void {
    this.isLeaving = true;
    this.seen?.clear();
  }

  async close(): Promise<void> {
    await this.thread.close();
  }
}
