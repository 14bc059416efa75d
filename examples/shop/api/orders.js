// Orders live in PostgreSQL; their list is cached in Redis, and new ones wait in a queue there.

import { query } from './postgres.js';
import { command } from './redis.js';

const { DATABASE_URL, REDIS_URL } = process.env;
const columns = 'id, item, quantity, status, done_by';

export async function createTables() {
  await query(
    DATABASE_URL,
    `CREATE TABLE IF NOT EXISTS orders (
      id serial PRIMARY KEY, item text NOT NULL, quantity integer NOT NULL CHECK (quantity > 0),
      status text NOT NULL DEFAULT 'new', done_by text)`,
  );
}

export async function listOrders() {
  const cached = await command(REDIS_URL, 'GET', 'orders');
  if (cached) return { orders: JSON.parse(cached), cache: 'hit' };
  const orders = await query(DATABASE_URL, `SELECT ${columns} FROM orders ORDER BY id`);
  await command(REDIS_URL, 'SET', 'orders', JSON.stringify(orders), 'EX', '60');
  return { orders, cache: 'miss' };
}

export async function findOrder(id) {
  const [order] = await query(DATABASE_URL, `SELECT ${columns} FROM orders WHERE id = $1::integer`, [id]);
  return order;
}

export async function placeOrder(item, quantity) {
  const insert = `INSERT INTO orders (item, quantity) VALUES ($1, $2::integer) RETURNING ${columns}`;
  const [order] = await query(DATABASE_URL, insert, [item, quantity]);
  await command(REDIS_URL, 'DEL', 'orders');
  await command(REDIS_URL, 'LPUSH', 'queue', order.id);
  return order;
}

// Waits a second at most for the next order in the queue.
export async function nextOrder() {
  const found = await command(REDIS_URL, 'BRPOP', 'queue', '1');
  return found?.[1];
}

export async function completeOrder(id, doneBy) {
  const update = "UPDATE orders SET status = 'done', done_by = $2 WHERE id = $1::integer";
  await query(DATABASE_URL, update, [id, doneBy]);
  await command(REDIS_URL, 'DEL', 'orders');
}
