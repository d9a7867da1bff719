// Uploads data sets. Rows may name pictures beside the file (`images: ["cat.png"]`): each is uploaded
// once, and the row then names it by its id.

import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { toFile } from 'openai';
import type { LetheClient } from '#client/lethe-client.js';
import { imageFields } from '#contracts/dataset/images.js';
import { sourceProblem } from '#contracts/picture-source.js';
import { CommandError } from './command-error.js';
import { exitCodes } from './exit-codes.js';

type Row = Record<string, unknown>;

export class SetUpload {
  /** Ids by path. */
  private readonly pictures = new Map<string, Promise<string>>();

  /** @param images the folder of pictures that rows name. Default: that of the set. */
  constructor(
    private readonly client: LetheClient,
    private readonly images?: string,
  ) {}

  /**
   * @returns the set's id.
   * @throws CommandError naming the line of a picture that cannot be read
   */
  async upload(path: string): Promise<string> {
    const content = await readFile(path);
    if (!imageFields.some((field) => content.includes(`"${field}"`)))
      return (await this.client.upload(path)).id;
    const named = await this.withIds(content.toString('utf8'), path);
    return this.uploadRows(named, basename(path));
  }

  /** @returns the set's id. */
  async uploadRows(rows: string, name: string): Promise<string> {
    const file = await toFile(Buffer.from(rows), name);
    return (await this.client.openai.files.create({ file, purpose: 'fine-tune' })).id;
  }

  /** What is no JSON stays as it is: the gateway says what is wrong with it, by its line. */
  private async withIds(content: string, path: string): Promise<string> {
    const whole = parsed(content);
    if (Array.isArray(whole)) {
      const rows = [];
      for (const [i, row] of whole.entries()) rows.push(await this.rowOf(row, path, i + 1));
      return JSON.stringify(rows);
    }
    const lines = [];
    for (const [i, line] of content.split('\n').entries()) {
      const row = parsed(line);
      lines.push(isRow(row) ? JSON.stringify(await this.rowOf(row, path, i + 1)) : line);
    }
    return lines.join('\n');
  }

  private async rowOf(row: unknown, path: string, line: number): Promise<unknown> {
    if (!isRow(row)) return row;
    const changed: Row = { ...row };
    for (const field of imageFields) {
      const given = row[field];
      const idOf = (one: unknown): Promise<unknown> =>
        this.idOf(one, path, `line ${line}, ${field}`);
      if (Array.isArray(given)) changed[field] = await Promise.all(given.map(idOf));
      else if (given !== undefined) changed[field] = await idOf(given);
    }
    return changed;
  }

  private async idOf(given: unknown, set: string, place: string): Promise<unknown> {
    if (!isPicturePath(given)) return given;
    const path = resolve(this.images ?? dirname(set), given);
    const known = this.pictures.get(path) ?? this.uploadPicture(path, `${set}: ${place}: ${given}`);
    this.pictures.set(path, known);
    return known;
  }

  private async uploadPicture(path: string, place: string): Promise<string> {
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new CommandError(
        `${place} cannot be read (${error.code ?? error.message})`,
        exitCodes.usage,
      );
    });
    const file = await toFile(bytes, basename(path));
    return (await this.client.openai.files.create({ file, purpose: 'vision' })).id;
  }
}

const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An address is the gateway's to refuse. */
export const isPicturePath = (given: unknown): given is string =>
  typeof given === 'string' &&
  given !== '' &&
  sourceProblem(given) !== undefined &&
  !given.includes('://');

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
