// A folder for PGlite whose commits outlive a power cut. Left alone, PGlite tells PostgreSQL not to
// flush anything, and its file system could not.

import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { fsyncSync } from 'node:fs';

type Options = Parameters<NodeFS['init']>[1];
type Module = Parameters<NonNullable<Options['preRun']>[number]>[0];

/** What the types of PGlite leave out of its file system. */
interface Files {
  /** Throws what PostgreSQL understands as the error of the call. */
  tryFSOperation(call: () => void): void;
  readonly stream_ops: { fsync?(file: { readonly nfd: number }): number };
}

export class DurableFolder extends NodeFS {
  /** For a server on this folder. The default sync method opens files in a way that PGlite ignores. */
  static readonly startParams = [
    ...PGlite.defaultStartParams.filter((option) => option !== '-F'),
    '-c',
    'wal_sync_method=fsync',
  ];

  override async init(server: PGlite, options: Options): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(server, options);
    const preRun = [...(emscriptenOpts.preRun ?? []), addFsync];
    return { emscriptenOpts: { ...emscriptenOpts, preRun } };
  }
}

function addFsync({ NODEFS }: Module): void {
  const files = NODEFS as unknown as Files;
  files.stream_ops.fsync = ({ nfd }) => {
    files.tryFSOperation(() => fsyncSync(nfd));
    return 0;
  };
}
