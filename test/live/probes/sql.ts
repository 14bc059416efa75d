import { Client } from 'pg';

export interface SqlLogin {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export type SqlAnswer =
  | { readonly rows: unknown }
  | { readonly refused: string; readonly code: string | undefined };

export async function askSql(
  port: number,
  login: SqlLogin,
  queries: readonly string[],
): Promise<SqlAnswer[]> {
  const client = new Client({ host: '127.0.0.1', port, ...login, connectionTimeoutMillis: 60_000 });
  try {
    await client.connect();
  } catch (error) {
    return [refusal(error)];
  }
  const answers: SqlAnswer[] = [];
  for (const query of queries) {
    answers.push(await client.query(query).then(({ rows }) => ({ rows }), refusal));
  }
  await client.end();
  return answers;
}

function refusal(error: unknown): SqlAnswer {
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return { refused: error.message, code };
}
