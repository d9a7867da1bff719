// Counts what gateways ask of PostgreSQL and Redis, and not what others ask of them.

import { Redis } from 'ioredis';
import { Client } from 'pg';

interface Calls {
  /** Those that open and end transactions apart. */
  statements: number;
  /** Of several statements: a single one is not counted. */
  transactions: number;
}

/** By pg_stat_statements, which counts by role: gateways have one of their own. */
export class SqlCalls {
  private constructor(
    private readonly client: Client,
    readonly gatewayUrl: string,
  ) {}

  static async of(url: string): Promise<SqlCalls> {
    const client = new Client({ connectionString: url });
    await client.connect();
    const role = `gateway_${new URL(url).pathname.slice(1)}`;
    await client.query(`CREATE ROLE ${role} LOGIN`);
    await client.query(`ALTER DATABASE ${client.database} OWNER TO ${role}`);
    await client.query(`ALTER SCHEMA public OWNER TO ${role}`);
    await client.query('CREATE EXTENSION pg_stat_statements');
    const gatewayUrl = new URL(url);
    gatewayUrl.username = role;
    return new SqlCalls(client, gatewayUrl.href);
  }

  async calls(): Promise<Calls> {
    const { rows } = await this.client.query<Calls>(
      `SELECT sum(calls) FILTER (WHERE query !~* '^(begin|commit|rollback)')::int AS statements,
         sum(calls) FILTER (WHERE query ~* '^begin')::int AS transactions
       FROM pg_stat_statements WHERE userid = $1::regrole`,
      [new URL(this.gatewayUrl).username],
    );
    return rows[0]!;
  }

  /** Asks until the query answers true. */
  async until(query: string): Promise<void> {
    const { rows } = await this.client.query({ text: query, rowMode: 'array' });
    if (rows[0]?.[0] === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return this.until(query);
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}

/** By MONITOR and the address of each client; clients of the uncounted URL are another user. */
export class RedisCommands {
  private readonly counts = new Map<string, number>();

  private constructor(
    private readonly redis: Redis,
    private readonly monitor: Redis,
    readonly uncountedUrl: string,
  ) {
    monitor.on('monitor', (_time: string, _command: string[], source: string) =>
      this.counts.set(source, (this.counts.get(source) ?? 0) + 1),
    );
  }

  static async of(url: string): Promise<RedisCommands> {
    const uncounted = new URL(url);
    uncounted.username = 'uncounted';
    uncounted.password = 'uncounted';
    const redis = new Redis(url);
    await redis.call('ACL', 'SETUSER', 'uncounted', 'on', '>uncounted', '~*', '&*', '+@all');
    await redis.auth('uncounted', 'uncounted');
    return new RedisCommands(redis, await redis.duplicate().monitor(), uncounted.href);
  }

  /** Of clients that are still connected; what a script runs is part of it. */
  async calls(): Promise<number> {
    const clients = (await this.redis.client('LIST')) as string;
    const counted = clients
      .split('\n')
      .filter((line) => line.includes(' user=default '))
      .map((line) => / addr=(\S+)/.exec(line)![1]!);
    return counted.reduce((sum, address) => sum + (this.counts.get(address) ?? 0), 0);
  }

  close(): void {
    this.redis.disconnect();
    this.monitor.disconnect();
  }
}
