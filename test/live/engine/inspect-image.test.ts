import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerEngine } from '../../../src/engine/docker-engine.js';
import { BASE, containersNamed, docker, engine, record, removeImage, uniqueTag } from './engine-for-tests.js';

const linked = uniqueTag();
const scratch = uniqueTag();

beforeAll(async () => {
  await engine.build(
    record(
      [
        `FROM ${BASE}`,
        'RUN ln -sfn one /data && mkdir /one && ln -s ../../outside/deep /one/two && ln -s loop-b /loop-a && ln -s loop-a /loop-b',
        'VOLUME /var/run/store',
        'ENV WITH_EQUALS=a=b WITH_SPACE="c d"',
        'USER 33:33',
        'WORKDIR /srv',
        'STOPSIGNAL SIGQUIT',
        'EXPOSE 80 53/udp',
        'SHELL ["/bin/sh", "-ec"]',
        'HEALTHCHECK --interval=3s --retries=2 CMD true',
        'ENTRYPOINT ["sh", "-c"]',
        'CMD ["echo"]',
      ],
      [linked],
    ).request,
  );
  await engine.build(record(['FROM scratch', 'COPY Dockerfile /only'], [scratch]).request);
});

afterAll(() => {
  for (const tag of [linked, scratch]) removeImage(tag);
});

describe('inspecting an image', () => {
  it('knows its configuration', async () => {
    const facts = await engine.inspectImage(linked, [], []);
    expect(facts?.config).toMatchObject({
      entrypoint: ['sh', '-c'],
      cmd: ['echo'],
      user: '33:33',
      workingDir: '/srv',
      stopSignal: 'SIGQUIT',
      exposedPorts: ['53/udp', '80/tcp'],
      volumes: ['/var/run/store'],
      shell: ['/bin/sh', '-ec'],
      healthcheck: { test: ['CMD-SHELL', 'true'], intervalNs: 3e9, retries: 2 },
    });
    expect(facts?.config.env).toEqual(expect.arrayContaining(['WITH_EQUALS=a=b', 'WITH_SPACE=c d']));
    expect(facts?.platform).toMatch(/^linux\//);
    expect(facts?.id).toBe(docker('image', 'inspect', '--format', '{{.Id}}', linked).trim());
    expect(facts?.layers.length).toBeGreaterThan(1);
  });

  it('reads its distribution through the link of /etc/os-release, and its users', async () => {
    const facts = await engine.inspectImage(linked, [], []);
    expect(facts?.distribution).toMatch(/^Debian/);
    expect(facts?.passwd).toMatch(/^www-data:x:33:33:/m);
    expect(facts?.group).toMatch(/^www-data:x:33:/m);
  });

  it('finds the links of asked paths and of volumes, as stored, never outside of the root', async () => {
    const facts = await engine.inspectImage(linked, ['/data/two/file', '/bin/sh', '/not/there'], []);
    expect(facts?.links).toMatchObject({
      '/data': 'one',
      '/one/two': '../../outside/deep',
      '/bin': 'usr/bin',
      '/var/run': '/run',
    });
  });

  it('tells folders with content from empty ones, behind links too', async () => {
    const asked = ['/etc', '/mnt', '/etc/passwd', '/not/there', '/bin'];
    const facts = await engine.inspectImage(linked, [], [], asked);
    expect(facts?.folders).toEqual({
      '/etc': 'filled',
      '/etc/passwd': 'filled',
      '/mnt': 'empty',
      '/usr/bin': 'filled',
    });
  });

  it('comes back from a loop of links', async () => {
    const facts = await engine.inspectImage(linked, ['/loop-a/file', '/data'], []);
    expect(facts?.links).toMatchObject({ '/data': 'one' });
  });

  it('handles an image without any file, shell or command', async () => {
    const facts = await engine.inspectImage(scratch, ['/var/lib/data'], []);
    expect(facts).toMatchObject({ passwd: '', group: '', links: {}, config: { cmd: [], entrypoint: [] } });
    expect(facts?.distribution).toBeUndefined();
  });

  it('gives undefined for an image that is not there', async () => {
    expect(await engine.inspectImage('bundle-shared-test-never-there:1', [], [])).toBeUndefined();
    expect(await engine.imageLabels('bundle-shared-test-never-there:1')).toBeUndefined();
  });

  it('removes its container, also when it is interrupted', async () => {
    const controller = new AbortController();
    const work = dockerEngine({ signal: controller.signal }).inspectImage(
      linked,
      ['/a', '/b/c', '/var/run/x'],
      [],
    );
    setTimeout(() => controller.abort(), 30);
    await work.catch(() => undefined);
    // Other tests may have one at this moment.
    await expect.poll(() => containersNamed('bundle-shared-inspect-'), { timeout: 180_000 }).toEqual([]);
  });
});
