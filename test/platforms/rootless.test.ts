/** Podman, and Docker without root: what they grant a bundle, and a project of the examples by podman-compose. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, discardFolders, temporaryFolder } from '../live/bundles.js';
import { docker, eventually } from '../live/docker.js';
import { askShop, shopPorts } from '../live/probes/ask-shop.js';
import { composeDown, composeUp, type Stack } from '../live/stacks.js';

const HOST = 'bundle-shared-test-rootless';
const QUIET = 'bundle-shared-test-rootless-quiet:latest';
const SHOP = 'bundle-shared-test-rootless-shop:latest';

/** What an Engine asks of the container that it runs in. */
const NESTING = [
  ...['SYS_ADMIN', 'NET_ADMIN', 'SYS_PTRACE', 'SYS_NICE', 'MKNOD'].flatMap((name) => ['--cap-add', name]),
  ...['seccomp=unconfined', 'apparmor=unconfined', 'systempaths=unconfined'].flatMap((option) => [
    '--security-opt',
    option,
  ]),
  '--device=/dev/net/tun',
  '--network=host',
];

type User = 'root' | 'rootless';

/** Runs a shell script on the machine with these Engines and gives both outputs. */
async function onHost(user: User, script: string): Promise<string> {
  const home = user === 'root' ? '/root' : '/home/rootless';
  const { stdout } = await docker(
    [
      ...['exec', '--user', user, '--env', `HOME=${home}`, '--env', `XDG_RUNTIME_DIR=/run/${user}`, HOST],
      ...['sh', '-c', `exec 2>&1; mkdir -p "$XDG_RUNTIME_DIR"; ${script}`],
    ],
    { timeoutMs: 450_000 },
  );
  return stdout;
}

type Tool = 'podman' | 'docker';

async function load(image: string, ...targets: readonly (readonly [Tool, User])[]): Promise<void> {
  const file = join(temporaryFolder(), 'image.tar');
  await docker(['save', '--output', file, image]);
  await docker(['cp', file, `${HOST}:/tmp/image.tar`]);
  await onHost('root', 'chmod 644 /tmp/image.tar');
  for (const [tool, user] of targets) await onHost(user, `${tool} load --quiet --input /tmp/image.tar`);
}

/** Starts Docker without root on that machine. Its storage is a volume: overlayfs needs a file system that takes it. */
async function startDocker(): Promise<void> {
  const daemon = '/usr/share/docker.io/contrib/dockerd-rootless.sh --storage-driver=overlay2';
  await onHost('rootless', `PATH=/usr/sbin:$PATH setsid ${daemon} >/tmp/dockerd.log 2>&1 </dev/null &`);
  await eventually('the rootless Docker Engine', async () =>
    (await onHost('rootless', 'if docker version >/dev/null; then echo up; fi')).includes('up')
      ? true
      : undefined,
  ).catch(async (cause: unknown) => {
    throw new Error(await onHost('root', 'tail -n 30 /tmp/dockerd.log'), { cause });
  });
}

beforeAll(async () => {
  await docker(['build', '--quiet', '--tag', HOST, 'test/platforms/rootless'], { timeoutMs: 400_000 });
  await docker(['run', '--detach', '--name', HOST, ...NESTING, HOST]);
});

afterAll(async () => {
  await docker(['rm', '--force', '--volumes', HOST]);
  discardFolders();
});

describe('a container is granted', () => {
  beforeAll(async () => {
    const made = await bundleOf('test/platforms/rootless/compose.yaml', { tag: QUIET });
    await docker(['cp', join(made.output, 'seccomp.json'), `${HOST}:/tmp/seccomp.json`]);
    await onHost('root', 'chmod 644 /tmp/seccomp.json');
    await startDocker();
    await load(QUIET, ['podman', 'root'], ['podman', 'rootless'], ['docker', 'rootless']);
  });

  const seccomp = '--security-opt seccomp=/tmp/seccomp.json';
  const ports = '--sysctl net.ipv4.ip_unprivileged_port_start=0';
  const admin = '--cap-add SYS_ADMIN --cap-add SYS_PTRACE';

  it.each<[string, Tool, User, string, readonly string[]]>([
    ['our profile', 'podman', 'root', `${seccomp} ${ports}`, ['in a user namespace', 'listens: yes']],
    ['our profile', 'podman', 'rootless', `${seccomp} ${ports}`, ['in a user namespace', 'listens: yes']],
    ['our profile', 'docker', 'rootless', seccomp, ['in a user namespace', 'listens: yes']],
    ['our profile, not the ports', 'podman', 'rootless', seccomp, ['below 1024', 'listens: Permission']],
    ['SYS_ADMIN', 'docker', 'rootless', admin, ['by CAP_SYS_ADMIN', 'listens: yes']],
    ['MKNOD', 'podman', 'root', '--cap-add MKNOD', ['runs in a chroot', 'listens: yes']],
    ['MKNOD', 'podman', 'rootless', '--cap-add MKNOD', ['no device node can be made', 'code 126']],
    ['nothing', 'podman', 'root', '', ['chroot: CAP_MKNOD dropped', 'code 126']],
    ['nothing', 'docker', 'rootless', '', ['no device node can be made', 'code 126']],
  ])('%s by %s for %s', async (_, tool, user, options, wanted) => {
    const said = await onHost(
      user,
      `${tool} run --detach --name one ${options} ${QUIET} >/dev/null
       for i in $(seq 600); do
         ${tool} logs one >/tmp/${user}.log 2>&1; grep -Eq 'listens|exited' /tmp/${user}.log && break; sleep 0.2
       done
       cat /tmp/${user}.log; ${tool} rm --force one >/dev/null`,
    );
    for (const part of wanted) expect(said).toContain(part);
  });
});

it('a project of the examples answers under rootless podman-compose as in containers of its own', async () => {
  const original: Stack = { dir: 'examples/shop', project: 'bundle-shared-test-rootless-originals' };
  await composeUp(original);
  const expected = await askShop(shopPorts).finally(() => composeDown(original));

  const folder = join(temporaryFolder(), 'shop');
  cpSync('examples/shop', folder, { recursive: true });
  await bundleOf(join(folder, 'compose.yaml'), { tag: SHOP, output: join(folder, 'bundle') });
  await load(SHOP, ['podman', 'rootless']);
  await docker(['cp', folder, `${HOST}:/home/rootless/shop`]);
  await onHost('root', 'chown -R rootless: /home/rootless/shop');

  await onHost('rootless', 'cd ~/shop/bundle && podman-compose up --detach');
  try {
    await eventually('the health of the bundle under Podman', async () => {
      const health = await onHost('rootless', 'podman exec shop_bundle_1 bundle-status --health; echo $?');
      return health.trimEnd().endsWith('\n0') || health.trim() === '0' ? health : undefined;
    }).catch(async (cause: unknown) => {
      throw new Error(await onHost('rootless', 'podman logs shop_bundle_1'), { cause });
    });
    expect(await askShop(shopPorts)).toEqual(expected);
    const status = await onHost('rootless', 'podman exec shop_bundle_1 bundle-status --json');
    const rungs = (JSON.parse(status) as readonly { readonly rung: string }[]).map(({ rung }) => rung);
    expect(new Set(rungs)).toEqual(new Set(['userns']));
  } finally {
    await onHost('rootless', 'cd ~/shop/bundle && podman-compose down --volumes');
  }
});
