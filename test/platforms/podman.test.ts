/** Podman as root and without: what it grants a bundle, and a project of the examples by podman-compose. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf, discardFolders, temporaryFolder } from '../live/bundles.js';
import { docker, eventually } from '../live/docker.js';
import { askShop, shopPorts } from '../live/probes/ask-shop.js';
import { composeDown, composeUp, type Stack } from '../live/stacks.js';

const HOST = 'bundle-shared-test-podman';
const QUIET = 'bundle-shared-test-podman-quiet:latest';
const SHOP = 'bundle-shared-test-podman-shop:latest';

/** What Podman asks of the container that it runs in. */
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

/** Runs a shell script on the machine with Podman and gives both outputs, whatever its exit code. */
async function podmanHost(user: User, script: string): Promise<string> {
  const home = user === 'root' ? '/root' : '/home/rootless';
  const { stdout } = await docker(
    [
      ...['exec', '--user', user, '--env', `HOME=${home}`, '--env', `XDG_RUNTIME_DIR=/run/${user}`, HOST],
      ...['sh', '-c', `exec 2>&1; mkdir -p "$XDG_RUNTIME_DIR"; ${script}`],
    ],
    { timeoutMs: 180_000 },
  );
  return stdout;
}

async function load(image: string, users: readonly User[]): Promise<void> {
  const file = join(temporaryFolder(), 'image.tar');
  await docker(['save', '--output', file, image]);
  await docker(['cp', file, `${HOST}:/tmp/image.tar`]);
  await podmanHost('root', 'chmod 644 /tmp/image.tar');
  for (const user of users) await podmanHost(user, 'podman load --quiet --input /tmp/image.tar');
}

beforeAll(async () => {
  await docker(['build', '--quiet', '--tag', HOST, 'test/platforms/podman'], { timeoutMs: 400_000 });
  await docker(['run', '--detach', '--name', HOST, ...NESTING, HOST]);
});

afterAll(async () => {
  await docker(['rm', '--force', '--volumes', HOST]);
  discardFolders();
});

describe('what podman run grants', () => {
  beforeAll(async () => {
    const made = await bundleOf('test/platforms/podman/compose.yaml', { tag: QUIET });
    await docker(['cp', join(made.output, 'seccomp.json'), `${HOST}:/tmp/seccomp.json`]);
    await podmanHost('root', 'chmod 644 /tmp/seccomp.json');
    await load(QUIET, ['root', 'rootless']);
  });

  const seccomp = '--security-opt seccomp=/tmp/seccomp.json';
  const ports = '--sysctl net.ipv4.ip_unprivileged_port_start=0';

  it.each<[string, User, string, readonly string[]]>([
    ['our profile', 'root', `${seccomp} ${ports}`, ['runs in a user namespace', 'listens: yes']],
    ['our profile', 'rootless', `${seccomp} ${ports}`, ['runs in a user namespace', 'listens: yes']],
    ['our profile alone', 'rootless', seccomp, ['cannot listen on ports below 1024', 'listens: Permission']],
    ['MKNOD', 'root', '--cap-add MKNOD', ['runs in a chroot', 'listens: yes']],
    ['MKNOD', 'rootless', '--cap-add MKNOD', ['chroot: no device node can be made', 'exited with code 126']],
    ['nothing', 'root', '', ['chroot: CAP_MKNOD dropped', 'exited with code 126']],
  ])('with %s to %s', async (_, user, options, wanted) => {
    const said = await podmanHost(
      user,
      `podman run --detach --name one ${options} ${QUIET} >/dev/null
       for i in $(seq 100); do
         podman logs one >/tmp/${user}.log 2>&1; grep -Eq 'listens|exited' /tmp/${user}.log && break; sleep 0.2
       done
       cat /tmp/${user}.log; podman rm --force --time 1 one >/dev/null`,
    );
    for (const part of wanted) expect(said).toContain(part);
  });
});

it('a project of the examples answers under rootless podman-compose as in containers of its own', async () => {
  const original: Stack = { dir: 'examples/shop', project: 'bundle-shared-test-podman-originals' };
  await composeUp(original);
  const expected = await askShop(shopPorts).finally(() => composeDown(original));

  const folder = join(temporaryFolder(), 'shop');
  cpSync('examples/shop', folder, { recursive: true });
  await bundleOf(join(folder, 'compose.yaml'), { tag: SHOP, output: join(folder, 'bundle') });
  await load(SHOP, ['rootless']);
  await docker(['cp', folder, `${HOST}:/home/rootless/shop`]);
  await podmanHost('root', 'chown -R rootless: /home/rootless/shop');

  await podmanHost('rootless', 'cd ~/shop/bundle && podman-compose up --detach');
  try {
    await eventually('the health of the bundle under Podman', async () => {
      const health = await podmanHost(
        'rootless',
        'podman exec shop_bundle_1 bundle-status --health; echo $?',
      );
      return health.trimEnd().endsWith('\n0') || health.trim() === '0' ? health : undefined;
    }).catch(async (cause: unknown) => {
      throw new Error(await podmanHost('rootless', 'podman logs shop_bundle_1'), { cause });
    });
    expect(await askShop(shopPorts)).toEqual(expected);
    const status = await podmanHost('rootless', 'podman exec shop_bundle_1 bundle-status --json');
    const rungs = (JSON.parse(status) as readonly { readonly rung: string }[]).map(({ rung }) => rung);
    expect(new Set(rungs)).toEqual(new Set(['userns']));
  } finally {
    await podmanHost('rootless', 'cd ~/shop/bundle && podman-compose down --volumes');
  }
});
