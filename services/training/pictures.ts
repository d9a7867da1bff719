// The pictures of a job's rows as features of its model's tower: each is looked at once, before
// training begins, and the tower is gone from memory by then.

import { partsOf, type Message, type ShownImage } from '#contracts/examples.js';
import { Failure } from '#failure/failure.js';
import { ImageError } from '#images/errors/image.error.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import type { ChatMessage, SeenExample } from '#models/types.js';
import type { Making } from '#models/vision/making.js';
import type { TenantStore } from '#platform/artifacts/artifact-store.js';
import type { Device } from '#runtime/compute.js';
import { TrainingError } from '#training/errors/training.error.js';
import { ImageRoomError } from '#vision/errors/image-room.error.js';
import type { SeenImage } from '#vision/protocol.js';
import { Vision } from '#vision/vision.js';

/** A row before its pictures have been looked at. */
export interface ShowingRow {
  readonly messages: readonly Message[];
  readonly line?: number;
}

export interface LookOptions {
  readonly modelPath: string;
  readonly device: Device;
  readonly threads: number;
  /** Most tokens of an example. */
  readonly maxLength: number;
  /** Bytes that the process may use. Features may take half of them. */
  readonly memoryLimit: number;
  /** What the run reads of pictures. */
  readonly making: Making;
  readonly signal: AbortSignal;
}

type Sets<R> = Readonly<Record<string, readonly R[]>>;
type Seen<R> = Omit<R, 'messages'> & SeenExample;

/**
 * @param sets by the names that errors give them.
 * @throws TrainingError naming set and line for what the model cannot be shown
 */
export async function lookAtPictures<R extends ShowingRow, S extends Sets<R>>(
  sets: S,
  tenant: TenantStore,
  options: LookOptions,
): Promise<{ [N in keyof S]: Seen<R>[] }> {
  const features = await featuresOf(sets, tenant, options);
  const seen = Object.entries(sets).map(([name, rows]) => [
    name,
    rows.map(({ messages, ...rest }) => ({
      ...rest,
      messages: messages.map(said),
      ...features(messages),
    })),
  ]);
  return Object.fromEntries(seen) as { [N in keyof S]: Seen<R>[] };
}

function said({ role, content, images }: Message): ChatMessage {
  if (!images) return { role, content };
  const parts = partsOf(content, images).map((part) =>
    typeof part === 'string'
      ? ({ type: 'text', text: part } as const)
      : ({ type: 'image' } as const),
  );
  return { role, content: '', parts };
}

type Looked = (messages: readonly Message[]) => Pick<SeenExample, 'shown'>;

const shownBy = (messages: readonly Message[]): ShownImage[] =>
  messages.flatMap(({ images = [] }) => images);

async function featuresOf(
  sets: Sets<ShowingRow>,
  tenant: TenantStore,
  options: LookOptions,
): Promise<Looked> {
  const shown = Object.entries(sets).flatMap(([set, rows]) =>
    rows.flatMap(({ messages, line }) =>
      shownBy(messages).map((image) => ({ image, place: `${set} line ${line ?? '?'}` })),
    ),
  );
  if (shown.length === 0) return () => ({});
  const { name, config } = await openCheckpoint(options.modelPath);
  const { vision: how } = config;
  if (!how) throw new TrainingError(`the model ${name} cannot be shown the pictures of its rows`);
  const { modelPath, device, threads, making } = options;
  const vision = new Vision({ modelPath, device, threads, making, cacheBytes: 0, maxWaiting: 1 });
  const looked = new Map<string, SeenImage>();
  let taken = 0;
  try {
    for (const { image, place } of shown) {
      if (looked.has(keyOf(image))) continue;
      const one = await look(vision, image, tenant, options).catch((error: unknown) => {
        throw namedFailure(error, place, options);
      });
      looked.set(keyOf(image), one);
      taken += one.features.data.byteLength;
      if (taken > options.memoryLimit / 2) throw tooMany(looked.size, options.memoryLimit);
    }
  } finally {
    await vision.close();
  }
  return (messages) => {
    const images = shownBy(messages).flatMap((image) => looked.get(keyOf(image)) ?? []);
    return images.length > 0 ? { shown: { token: how.imageToken, images } } : {};
  };
}

/** The same bytes are one picture, whatever file they are in. */
const keyOf = ({ file, detail }: ShownImage): string => JSON.stringify([file.hash, detail]);

const look = (
  vision: Vision,
  { file, detail }: ShownImage,
  tenant: TenantStore,
  { maxLength, signal }: LookOptions,
): Promise<SeenImage> =>
  vision.look(
    {
      hash: file.hash,
      isWhole: detail === 'low',
      read: async () => ({ bytes: await tenant.space(file.space).get(file.hash) }),
    },
    { owner: 'job', room: maxLength - 1, signal },
  );

/** What is wrong with the picture is told by the row that shows it. */
function namedFailure(error: unknown, place: string, { maxLength }: LookOptions): unknown {
  if (!ImageError.isInstance(error) && !ImageRoomError.isInstance(error)) return error;
  const why = Failure.of(error).publicMessage;
  const room = ImageRoomError.isInstance(error) ? ` (max_length ${maxLength})` : '';
  const message = `${place} shows a picture that cannot be trained on: ${why}${room}`;
  return new TrainingError(message, { cause: error });
}

const tooMany = (count: number, limit: number): TrainingError =>
  new TrainingError(
    `features of the first ${count} pictures take more than half of the worker's ${(limit / 1e9).toFixed(1)} GB: expected fewer different pictures, or a worker with more memory`,
  );
