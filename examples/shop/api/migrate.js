import { createTables } from './orders.js';

await createTables();
console.log('the tables are up to date');
