import { askHttp, askHttpUntil } from './http.js';
import { askResp } from './resp.js';
import { askSql } from './sql.js';

export interface ShopPorts {
  readonly web: number;
  readonly db: number;
  readonly cache: number;
}

/** As in examples/shop/.env. */
export const shopPorts: ShopPorts = { web: 18080, db: 18432, cache: 18379 };

const database = { user: 'shop', password: 'example-db-password', database: 'orders' };
const cachePassword = 'example-redis-password';

/** Everything that a user of examples/shop can see of it, given fresh volumes; the same each time. */
export async function askShop(ports: ShopPorts): Promise<Record<string, unknown>> {
  return {
    web: await askWeb(ports.web),
    db: await askDatabase(ports.db),
    cache: await askCache(ports.cache),
  };
}

async function askWeb(port: number): Promise<Record<string, unknown>> {
  return {
    page: await askHttp(port, '/'),
    absent: await askHttp(port, '/absent'),
    whoami: withoutContainerId(await askHttp(port, '/whoami')),
    noOrders: await askHttp(port, '/orders'),
    cached: await askHttp(port, '/orders'),
    placed: await askHttp(port, '/orders', { item: 'tea "green"; größe 1', quantity: 2 }),
    done: await askHttpUntil(port, '/orders/1', isDone),
    list: (await askHttpUntil(port, '/orders', (body) => Array.isArray(body) && isDone(body[0]))).body,
    absentOrder: await askHttp(port, '/orders/99'),
    refused: await askHttp(port, '/orders', { item: 'nothing', quantity: 0 }),
  };
}

async function askDatabase(port: number): Promise<Record<string, unknown>> {
  return {
    answers: await askSql(port, database, [
      'SELECT current_user, current_database(), inet_server_port() AS port',
      'SELECT by_user FROM initialised',
      'SELECT item, quantity, status, done_by FROM orders ORDER BY id',
      "SELECT name, setting FROM pg_settings WHERE name IN ('data_directory', 'listen_addresses', 'lc_collate') ORDER BY 1",
      'SELECT no_such_column FROM orders',
      "COPY (SELECT 1) TO '/etc/written-by-postgres'",
    ]),
    wrongPassword: await askSql(port, { ...database, password: 'wrong' }, []),
    unknownUser: await askSql(port, { ...database, user: 'nobody' }, []),
    unknownDatabase: await askSql(port, { ...database, database: 'other' }, []),
  };
}

async function askCache(port: number): Promise<Record<string, unknown>> {
  return {
    answers: await askResp(port, cachePassword, [
      ['PING'],
      ['SET', 'probe', 'grüße'],
      ['GET', 'probe'],
      ['LLEN', 'queue'],
      ['CONFIG', 'GET', 'dir'],
      ['CONFIG', 'GET', 'appendonly'],
      ['NO-SUCH-COMMAND'],
      ['SAVE'],
      ['DEL', 'probe'],
    ]),
    wrongPassword: await askResp(port, 'wrong', [['PING']]),
    noPassword: await askResp(port, undefined, [['PING']]),
  };
}

const isDone = (order: unknown): boolean =>
  typeof order === 'object' && order !== null && 'status' in order && order.status === 'done';

/** A container's name is its id unless it was given another one, and differs from start to start. */
function withoutContainerId(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer).replace(/"[0-9a-f]{12}"/g, '"<container id>"'));
}
