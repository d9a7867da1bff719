// The one kind of error that crosses a boundary: a thread, the queue, gRPC, the API.

import { shortPaths } from './short-paths.js';

/** Known to every copy of this module, and in every realm. */
const MARK = Symbol.for('lethe.failure');

export interface FailureOptions {
  /** Absent: the class's. */
  readonly type?: string;
  /** Absent: the class's. */
  readonly permanent?: boolean;
  /** Absent: the message, with the files of this machine named by their last two parts. */
  readonly publicMessage?: string;
  readonly detail?: unknown;
  readonly cause?: unknown;
}

type FailureClass<F extends Failure = Failure> = { readonly name: string; readonly prototype: F };

const kinds = new Map<string, FailureClass>();

/**
 * A failure says itself what it is and whether a retry can help. A class of failures has a constant
 * type, and a file of its own:
 *
 *     export class BusyError extends Failure {
 *       static {
 *         this.define('busy', { permanent: false });
 *       }
 *     }
 */
export class Failure extends Error {
  /** What it is, in kebab case: a name that tables and other releases may rely on. */
  declare readonly type: string;
  /** True where the same work would fail in the same way again. */
  declare readonly permanent: boolean;
  /**
   * What may travel through Redis, logs and the API: without a tenant's text and without whole
   * paths of this machine.
   */
  readonly publicMessage: string;
  /** Plain data for this process alone, like the message. */
  readonly detail: unknown;

  static {
    Object.defineProperty(this.prototype, MARK, { value: true });
    this.define('unexpected', { permanent: false });
  }

  constructor(message: string, options: FailureOptions = {}) {
    const { type, permanent, publicMessage = shortPaths(message), detail, cause } = options;
    super(message, cause === undefined ? undefined : { cause });
    if (type !== undefined) this.type = type;
    if (permanent !== undefined) this.permanent = permanent;
    this.publicMessage = publicMessage;
    this.detail = detail;
  }

  /** @throws TypeError where another class has the type. */
  protected static define(
    this: FailureClass,
    type: string,
    { permanent }: { readonly permanent: boolean },
  ): void {
    if (kinds.has(type)) throw new TypeError(`two classes of failures are called ${type}`);
    kinds.set(type, this);
    Object.assign(this.prototype, { type, permanent, name: this.name });
  }

  /** The class of a type, where this thread has loaded it. */
  static kindOf(type: string): FailureClass | undefined {
    return kinds.get(type);
  }

  /** Like instanceof, and true too for an instance that another copy of the module has made. */
  static isInstance<F extends Failure>(this: FailureClass<F>, error: unknown): error is F {
    if ((error as { [MARK]?: unknown } | null | undefined)?.[MARK] !== true) return false;
    const { prototype } = this;
    return (
      prototype === (Failure.prototype as Failure) ||
      Object.prototype.isPrototypeOf.call(prototype, error as object) ||
      (error as Failure).type === prototype.type
    );
  }

  /**
   * The error itself, or what may be said of one that is no failure: its class, since its message
   * may quote a tenant. It may be retried.
   */
  static of(error: unknown): Failure {
    if (Failure.isInstance(error)) return error;
    const known = error instanceof Error ? error : new Error(String(error));
    const { name, message, stack, cause } = known;
    const { code } = known as { code?: unknown };
    const kind = typeof code === 'string' ? `${name} ${code}` : name;
    const publicMessage = `unexpected ${kind}; the service's log says where`;
    return Object.assign(new Failure(message, { publicMessage, cause }), { stack });
  }
}
