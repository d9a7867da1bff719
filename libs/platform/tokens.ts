// Injection tokens of what has no class of its own.

/** A pino Logger. */
export const LOGGER = Symbol('LOGGER');
/** The PlatformEnv of the process. */
export const PLATFORM_ENV = Symbol('PLATFORM_ENV');
