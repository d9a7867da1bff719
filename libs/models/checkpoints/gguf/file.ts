// A GGUF file whose head has been read: metadata of its architecture, and tensors by its own names.

import { first } from '#collections/items.js';
import { CheckpointError } from '../../errors/checkpoint.error.js';
import { told } from '../../errors/told.js';
import { readRange } from '../../tensors/file-range.js';
import type { GgufHeader, GgufTensor } from './header.js';
import { dequantize, type StorageType, storageType } from './types.js';

/** A number for each pair of a head's. */
const MAX_SETTINGS = 4096;

export class GgufFile {
  constructor(
    readonly path: string,
    private readonly header: GgufHeader,
  ) {}

  get architecture(): string {
    return String(this.header.metadata.get('general.architecture') ?? '');
  }

  /**
   * A number such as `embedding_length`, whose key begins with the architecture's name.
   * @throws CheckpointError where it is absent.
   */
  number(key: string, otherwise?: number): number {
    const full = `${this.architecture}.${key}`;
    const value = this.header.metadata.get(full) ?? otherwise;
    if (typeof value !== 'number')
      throw new CheckpointError(
        `${this.path}: metadata ${full}: expected a number, found ${value === undefined ? 'none' : told(value)}`,
      );
    return fromFloat32(value);
  }

  text(key: string): string | undefined {
    const value = this.header.metadata.get(`${this.architecture}.${key}`);
    return value === undefined ? undefined : String(value);
  }

  boolean(key: string): boolean | undefined {
    const full = `${this.architecture}.${key}`;
    const value = this.header.metadata.get(full);
    if (value === undefined || typeof value === 'boolean') return value;
    throw new CheckpointError(
      `${this.path}: metadata ${full}: expected a boolean, found ${told(value)}`,
    );
  }

  /** A list of numbers, as they are stored; nothing where it is absent. */
  numbers(key: string): number[] | undefined {
    const full = `${this.architecture}.${key}`;
    const value = this.header.metadata.get(full);
    const list = typeof value === 'number' ? [value] : value;
    if (list === undefined || (Array.isArray(list) && list.every((one) => typeof one === 'number')))
      return list as number[] | undefined;
    throw new CheckpointError(
      `${this.path}: metadata ${full}: expected numbers, found ${told(value)}`,
    );
  }

  /** @returns its id; nothing where the file's vocabulary, if it has one, has no such token. */
  tokenId(token: string): number | undefined {
    const tokens = this.header.metadata.get('tokenizer.ggml.tokens');
    const id = Array.isArray(tokens) ? tokens.indexOf(token) : -1;
    return id < 0 ? undefined : id;
  }

  tensorNames(): string[] {
    return [...this.header.tensors.keys()];
  }

  find(name: string): GgufTensor | undefined {
    return this.header.tensors.get(name);
  }

  /** @throws CheckpointError naming the tensor where it is absent. */
  tensor(name: string): GgufTensor {
    const tensor = this.find(name);
    if (!tensor) throw new CheckpointError(`${this.path}: tensor ${name} is missing`);
    return tensor;
  }

  async read(name: string): Promise<Float32Array> {
    return dequantize(this.storage(name), await this.readBytes(name));
  }

  typeName(name: string): string {
    return this.storage(name).name;
  }

  private storage(name: string): StorageType {
    return storageType(this.path, name, this.tensor(name).type);
  }

  /** A tensor as it is stored. */
  readBytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const { file, start, end } = this.tensor(name);
    return readRange(file, start, end - start);
  }

  /** The same of one that is stored in 16 bits. */
  async readBits(name: string): Promise<Uint16Array> {
    return new Uint16Array((await this.readBytes(name)).buffer);
  }

  /** A small tensor of settings, such as rope_freqs.weight. */
  async readSettings(name: string): Promise<number[] | undefined> {
    const tensor = this.find(name);
    if (!tensor) return undefined;
    const { dims } = tensor;
    if (dims.length !== 1 || first(dims) > MAX_SETTINGS)
      throw new CheckpointError(
        `${this.path}: tensor ${name} has shape [${dims.join(', ')}], expected a list of at most ${MAX_SETTINGS}`,
      );
    return [...(await this.read(name))].map(fromFloat32);
  }
}

/** The decimal that was stored as a float32: 1e-5 and not 0.000009999999747378752. */
const fromFloat32 = (value: number): number =>
  Number.isInteger(value) ? value : Number(value.toPrecision(7));
