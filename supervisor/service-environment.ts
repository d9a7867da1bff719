// What each service is told by its environment: all that the command was told, but for the secrets of
// others.

export const services = ['augmentation', 'evaluation', 'gateway', 'inference', 'training'] as const;
export type Service = (typeof services)[number];

type Variables = Readonly<Record<string, string | undefined>>;

/** Who is given a secret, or an address that may hold one. Whatever is not here is everybody's. */
const readers = new Map<string, readonly Service[]>(
  Object.entries({
    ADMIN_KEY: ['gateway'],
    CLAIM_PUBLIC_KEYS: ['inference'],
    CLAIM_SIGNING_KEY: ['augmentation', 'evaluation', 'gateway'],
    DATABASE_URL: ['gateway'],
    GRPC_KEY: ['augmentation', 'evaluation', 'gateway', 'inference'],
    INFERENCE_POOLS: ['augmentation', 'evaluation', 'gateway'],
    INFERENCE_URL: ['augmentation', 'evaluation', 'gateway'],
    JUDGE_LLM_KEY: ['evaluation'],
    JUDGE_LLM_URL: ['evaluation'],
    LETHE_API_KEY: [],
    LETHE_URL: [],
    RECEIPT_SIGNING_KEY: ['gateway'],
    REDIS_SENTINELS: ['augmentation', 'evaluation', 'gateway', 'training'],
    REDIS_SENTINEL_PASSWORD: ['augmentation', 'evaluation', 'gateway', 'training'],
    REDIS_URL: ['augmentation', 'evaluation', 'gateway', 'training'],
    TEACHER_KEY: ['augmentation'],
    TEACHER_URL: ['augmentation'],
    TEST_DATABASE_URL: [],
  }),
);

/** @param secret one of those above. */
export const readersOf = (secret: string): readonly Service[] => readers.get(secret) ?? [];

export const environmentOf = (service: Service, variables: Variables): Variables =>
  Object.fromEntries(
    Object.entries(variables).filter(([name]) => readers.get(name)?.includes(service) ?? true),
  );
