import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { findOrder, listOrders, placeOrder } from './orders.js';
import { whoami } from './whoami.js';

const signingKey = readFileSync('/run/secrets/signing_key', 'utf8').trim();

const routes = {
  'GET /health': async () => ({ body: { status: 'ok' } }),
  'GET /whoami': async () => ({ body: whoami() }),
  'GET /orders': async () => {
    const { orders, cache } = await listOrders();
    return { body: orders, headers: { 'X-Cache': cache } };
  },
  'POST /orders': async (request) => {
    const { item, quantity } = JSON.parse(await text(request));
    const order = await placeOrder(item, quantity);
    const receipt = createHmac('sha256', signingKey).update(order.id).digest('hex');
    return { status: 201, body: { ...order, receipt } };
  },
};

async function answer(request) {
  const [, id] = request.url.match(/^\/orders\/(\d+)$/) ?? [];
  if (id) {
    const order = await findOrder(id);
    return order ? { body: order } : { status: 404, body: { error: `no order ${id}` } };
  }
  const route = routes[`${request.method} ${request.url}`];
  return route ? route(request) : { status: 404, body: { error: 'no such page' } };
}

const server = createServer(async (request, response) => {
  const {
    status = 200,
    body,
    headers = {},
  } = await answer(request).catch((error) => {
    console.error(`${request.method} ${request.url}: ${error.message}`);
    return { status: 500, body: { error: error.message } };
  });
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(`${JSON.stringify(body)}\n`);
});

server.listen(Number(process.env.PORT), () => console.log(`listening on port ${process.env.PORT}`));

process.on('SIGTERM', () => {
  console.log('stopping');
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
