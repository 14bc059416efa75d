/** Runs a command in a running service, gives what it printed. */
export type RunIn = (service: string, ...words: readonly string[]) => Promise<string>;

/** Runs in the shop's API, and asks its siblings by their names as a program there would. */
const SCRIPT = `
import { query } from '/app/postgres.js';
import { command } from '/app/redis.js';
const outcome = (work) => work.then((value) => ({ value }), (error) => ({ error: error.message }));
const { DATABASE_URL, REDIS_URL } = process.env;
const wrong = (url) => url.replace(/:[^:@/]*@/, ':wrong@');
console.log(JSON.stringify({
  database: await outcome(query(DATABASE_URL, 'SELECT current_user AS who')),
  databaseWithWrongPassword: await outcome(query(wrong(DATABASE_URL), 'SELECT 1')),
  cache: await outcome(command(REDIS_URL, 'PING')),
  cacheWithWrongPassword: await outcome(command(wrong(REDIS_URL), 'PING')),
  page: await outcome(fetch('http://web/').then((answer) => answer.status)),
  absent: await outcome(fetch('http://worker:3999/').then((answer) => answer.status)),
}));
`;

/** What services of the shop get from one another: their passwords count between siblings, too. */
export async function askAmongShop(runIn: RunIn): Promise<unknown> {
  return JSON.parse(await runIn('api', 'node', '--input-type=module', '--eval', SCRIPT));
}
