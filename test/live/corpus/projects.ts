/** Projects of the corpus that are run, each with the questions that both of its forms have to answer alike. */
import { docker, eventually } from '../docker.js';
import { answerOf, askHttp } from '../probes/http.js';
import { testImage } from './images.js';

/** The running project, as containers or as a bundle. */
export interface Running {
  readonly project: string;
  /** Runs a command where a service's program runs, gives what it printed. */
  readonly runIn: (service: string, ...words: readonly string[]) => Promise<string>;
}

export interface LiveProject {
  readonly name: string;
  readonly files?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Of `up` only: the plan is the one of the corpus. */
  readonly profiles?: readonly string[];
  /** Ports that the machine may not have free, and others. */
  readonly ports?: Readonly<Record<string, string>>;
  /** Asked before the project is stopped and started again, then `again` after it. */
  readonly ask: (running: Running) => Promise<unknown>;
  readonly again: (running: Running) => Promise<unknown>;
}

export const LIVE: readonly LiveProject[] = [
  {
    name: 'blog-engine',
    env: { DB_PASSWORD: 'p"a$s #1', BLOG_PORT: '18501' },
    ask: async ({ runIn }) => ({
      before: await blogAnswers(`${BLOG}/wp-login.php`, (status) => status === 302),
      installed: await installBlog(),
      linked: await runIn('wordpress', 'php', '-r', 'echo @fsockopen("mysql", 3306) ? "linked" : "not";'),
      owners: await runIn('wordpress', 'stat', '-c', '%U %a', '.', 'index.php', 'wp-config.php'),
      database: await runIn('db', 'sh', '-c', DATABASE_WORDS),
    }),
    again: async () => ({
      posts: await blogAnswers(`${BLOG}/?rest_route=/wp/v2/posts`, (status) => status === 200),
      settings: (await fetch(`${BLOG}/?rest_route=/wp/v2/settings`)).status,
    }),
  },
  {
    name: 'voting',
    ports: { '5000:80': '18502:80', '5001:81': '18503:81' },
    ask: async () => {
      const said = [];
      for (const vote of ['cats', 'dogs', 'cats'])
        said.push(await (await answerOf(VOTE, { method: 'POST', body: ballot(vote) })).text());
      return { said, result: await resultOf(3) };
    },
    again: async ({ runIn }) => ({
      result: await resultOf(3),
      files: await runIn('vote', 'ls', '-l', '--time-style=+', '/usr/local/app/app.py'),
    }),
  },
  {
    name: 'monitoring',
    env: { SCRAPE: '1s' },
    ports: { '3000:3000': '18504:3000', '9093:9093': '18505:9093' },
    ask: async ({ runIn }) => ({
      stranger: (await answerOf(`${GRAFANA}/self`)).status,
      self: await dashboardText('/self'),
      up: await eventually('Prometheus to have asked itself', async () => {
        const answer = await dashboardText('/api/v1/query?query=up');
        const [found] = answer.startsWith('{') ? (JSON.parse(answer).data?.result ?? []) : [];
        return found?.value[1] === '1' ? { metric: found.metric, up: found.value[1] } : undefined;
      }),
      interval: JSON.parse(await dashboardText('/api/v1/status/config')).data.yaml.match(
        /scrape_interval: .*/g,
      ),
      config: await runIn(
        'prometheus',
        'stat',
        '-c',
        '%U %a',
        '/etc/prometheus/prometheus.yml',
        '/prometheus',
      ),
      alerts: (await askHttp(18505, '/api/v2/alerts')).body,
    }),
    again: () =>
      eventually('Prometheus to have read what it kept', async () => {
        const answer = await dashboardText('/api/v1/query?query=count(count_over_time(up[1h])>0)');
        const kept = answer.startsWith('{') && JSON.parse(answer).data?.result[0]?.value[1];
        return kept ? { kept } : undefined;
      }),
  },
  {
    name: 'references',
    profiles: ['debug'],
    ask: async ({ runIn }) => ({
      joined: await runIn('sidecar', ...CURL, 'http://127.0.0.1:3000/'),
      inherited: await runIn('backup', 'cat', '/data/written-by-app', '/conf/word'),
      linked: await runIn('backup', 'python3', '-c', databaseAnswer('database')),
      traced: await runIn('tracer', 'python3', '-c', databaseAnswer('db')),
      named: await runIn('tracer', ...CURL, 'http://app:3000/'),
    }),
    again: ({ runIn }) => runIn('backup', 'cat', '/data/written-by-app'),
  },
  {
    name: 'static-address',
    ask: async (running) => ({
      refused: await fromOutside(running, 'dns', nameServerAnswer('172.30.0.2', 'ads.example')),
      known: await fromOutside(running, 'dns', nameServerAnswer('172.30.0.2', 'kept.example')),
      byName: await fromOutside(running, 'dns', nameServerAnswer('filter', 'kept.example')),
      cache: await fromOutside(running, 'dns', redisAnswer('cache', 'PING')),
      resolver: await running.runIn('filter', 'sh', '-c', 'grep -v ^# /etc/resolv.conf; exit 0'),
    }),
    again: (running) => fromOutside(running, 'dns', nameServerAnswer('172.30.0.2', 'kept.example')),
  },
  {
    name: 'several-files',
    files: ['compose.yaml', 'compose.override.yaml'],
    ports: { '9090:80': '18506:80' },
    ask: async (running) => ({
      page: await askHttp(18506, '/'),
      absent: (await askHttp(18506, '/absent')).status,
      files: await running.runIn('cache', 'cat', '/etc/redis.conf', '/motd'),
      kept: await fromOutside(running, 'default', redisAnswer('cache', 'SET kept yes')),
      variables: (await running.runIn('web', 'env')).match(/^(?:FROM|MODE|KEEP|GONE|SIZE)=.*/gm)?.sort(),
      others: (await running.runIn('cache', 'env')).match(/^(?:FROM|MODE|KEEP|GONE|SIZE)=.*/gm)?.sort(),
      label: await labelOf(running.project, 'org.example.tier'),
    }),
    again: (running) => fromOutside(running, 'default', redisAnswer('cache', 'GET kept')),
  },
];

/** Programs that run need not listen yet. */
const CURL = ['curl', '-s', '--retry', '100', '--retry-connrefused', '--retry-delay', '1'];
const BLOG = 'http://127.0.0.1:18501';
const DATABASE_WORDS =
  'mariadb -h127.0.0.1 -ublog -p"$MARIADB_PASSWORD" -NBe "select @@tx_isolation, @@log_bin, current_user()"; env | grep -c WORDPRESS; true';

/** WordPress answers by redirects until it is installed. */
async function blogAnswers(url: string, isWanted: (status: number) => boolean): Promise<unknown> {
  return eventually(`an answer of ${url}`, async () => {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(60_000) }).catch(
      () => undefined,
    );
    if (answer === undefined || !isWanted(answer.status)) return undefined;
    const type = answer.headers.get('content-type') ?? '';
    const body = await answer.text();
    return {
      status: answer.status,
      location: answer.headers.get('location'),
      posts: type.includes('json') ? titlesOf(JSON.parse(body)) : undefined,
    };
  });
}

function titlesOf(
  posts: readonly { readonly title: { readonly rendered: string }; readonly link: string }[],
) {
  return posts.map(({ title, link }) => [title.rendered, link]);
}

async function installBlog(): Promise<unknown> {
  const body = new URLSearchParams({
    weblog_title: 'Ein "Blog" für $alle',
    user_name: 'admin',
    admin_password: 'a long enough password',
    admin_password2: 'a long enough password',
    admin_email: 'admin@example.com',
    blog_public: '0',
  });
  const answer = await fetch(`${BLOG}/wp-admin/install.php?step=2`, { method: 'POST', body });
  return { status: answer.status, heading: /<h1>.*<\/h1>/.exec(await answer.text())?.[0] };
}

const VOTE = 'http://127.0.0.1:18502/';

function ballot(vote: string): URLSearchParams {
  ballots += 1;
  return new URLSearchParams({ id: `voter ${ballots % 3}`, vote });
}

let ballots = 0;
/** The second may begin when the first has done all the work. */
const WORKERS = 2;

async function resultOf(votes: number): Promise<unknown> {
  return eventually(`${votes} votes to be counted`, async () => {
    const { body } = await askHttp(18503, '/').catch(() => ({ body: undefined }));
    const counts = Object.values((body as { votes?: Record<string, number> } | undefined)?.votes ?? {});
    const all = counts.reduce((sum, count) => sum + count, 0);
    return all === votes && (body as { workers?: number }).workers === WORKERS ? body : undefined;
  });
}

const GRAFANA = 'http://127.0.0.1:18504';

async function dashboardText(path: string): Promise<string> {
  const headers = { Authorization: `Basic ${btoa('admin:hunter2')}` };
  return (await answerOf(`${GRAFANA}${path}`, { headers })).text();
}

/** The first letter that PostgreSQL answers. */
function databaseAnswer(host: string): string {
  return `import socket; s = socket.create_connection(("${host}", 5432)); s.send(bytes([0, 0, 0, 8, 4, 210, 22, 47])); print(s.recv(1))`;
}

function redisAnswer(host: string, words: string): string {
  return untilAnswered('import redis', `print(redis.Redis("${host}").execute_command("${words}"))`);
}

/** The addresses that a name server gives for a name: a question in the form of RFC 1035. */
function nameServerAnswer(server: string, name: string): string {
  const question = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(5)
labels = b"".join(bytes([len(p)]) + p.encode() for p in "${name}".split("."))
question = b"\\x00\\x07\\x01\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00" + labels + b"\\x00\\x00\\x01\\x00\\x01"`;
  return untilAnswered(question, `s.sendto(question, ("${server}", 53)); print(s.recv(512)[-4:].hex())`);
}

/** A Python program that asks until it is answered, or a hundred times. */
function untilAnswered(before: string, ask: string): string {
  return `${before}
import time
for left in reversed(range(100)):
    try:
        ${ask}
        break
    except Exception:
        if left == 0: raise
        time.sleep(0.5)`;
}

/** What a program prints that runs in a container of its own on a network of the project. */
async function fromOutside({ project }: Running, network: string, program: string): Promise<string> {
  const words = ['run', '--rm', '--network', `${project}_${network}`, testImage('tool:1'), 'python3', '-c'];
  return (await docker([...words, program])).stdout;
}

async function labelOf(project: string, label: string): Promise<string> {
  const { stdout } = await docker(['ps', '-q', '--filter', `label=com.docker.compose.project=${project}`]);
  const labels = await docker([
    'inspect',
    '--format',
    `{{index .Config.Labels "${label}"}}`,
    ...stdout.trim().split('\n'),
  ]);
  return labels.stdout.trim();
}
