// A model's eyes: pictures as features, made on a thread that starts with the first of them, and kept
// for the owner's next turn.

import { LRUCache } from 'lru-cache';
import type { Device } from '#runtime/compute.js';
import '#runtime/no-telemetry.js';
import { RenewedThread } from '#thread/renewed-thread.js';
import type { RawImage, SeenImage, VisionProtocol } from './protocol.js';
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
}

type Key = readonly [owner: string, hash: string, isWhole: boolean];

export class Vision {
  private readonly thread: RenewedThread<VisionProtocol>;
  private readonly turns: Turns;
  private readonly seen: LRUCache<string, SeenImage> | undefined;
  /** How often something was forgotten: what was looked at meanwhile is not kept. */
  private forgotten = 0;
  private isLeaving = false;

  constructor({ modelPath, device, threads, nice = 0, cacheBytes, maxWaiting }: VisionOptions) {
    const start = { modelPath, compute: { device, threads }, nice };
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
  async look(shown: Shown, { owner, room, signal }: LookOptions): Promise<SeenImage> {
    const named: Key = [owner, shown.hash, shown.isWhole];
    const key = JSON.stringify(named);
    return (
      this.seen?.get(key) ??
      this.turns.run(owner, signal, async () => {
        // The same picture may have been looked at in the meantime.
        const known = this.seen?.get(key);
        if (known) return known;
        const { forgotten } = this;
        const image = { ...(await shown.read()), isWhole: shown.isWhole };
        const seen = await this.thread.current.call('look', { image, room }, { signal });
        if (forgotten === this.forgotten && !this.isLeaving) this.seen?.set(key, seen);
        return seen;
      })
    );
  }

  /** Drops what is kept of an owner's pictures. */
  forget(owner: string): void {
    this.forgotten++;
    const own = [...(this.seen?.keys() ?? [])].filter(
      (key) => (JSON.parse(key) as Key)[0] === owner,
    );
    for (const key of own) this.seen?.delete(key);
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
