import { setTimeout as sleep } from 'node:timers/promises';
import { completeOrder, nextOrder } from './orders.js';

const { WORKER_NAME, WORKER_NOTE } = process.env;
let stopping = false;

process.on('SIGTERM', () => {
  stopping = true;
});

console.log(`${WORKER_NAME} waits for orders`);
while (!stopping) {
  try {
    const id = await nextOrder();
    if (id) {
      await completeOrder(id, `${WORKER_NAME} (${WORKER_NOTE})`);
      console.log(`order ${id} is done`);
    }
  } catch (error) {
    console.error(`will try again: ${error.message}`);
    await sleep(1000);
  }
}
console.log('stopping');
