import { expect, test } from 'vitest';
import { planText } from '../../../src/cli/plan-text.js';
import { fakeMember, fakePlan } from './fake-plan.js';

test('a plan is a page that a person can read, with names of variables and never their values', () => {
  const db = fakeMember('db', { ports: [{ port: 5432, protocol: 'tcp', evidence: 'expose' }] });
  const base = fakeMember('worker');
  const worker = fakeMember('worker', {
    image: { ...base.image, distribution: 'Debian GNU/Linux 13 (trixie)' },
    launch: {
      ...base.launch,
      user: { var: 'WORKER__BUNDLE_USER' },
      restart: { attempts: 3, delaySeconds: null, windowSeconds: null },
      dependsOn: [{ service: 'db', condition: 'service_healthy', required: true, restart: false }],
    },
    program: { ...base.program, autorestart: 'unexpected' },
    ports: [
      { port: 53, protocol: 'udp', evidence: 'published' },
      { port: 80, protocol: 'tcp', evidence: 'image' },
    ],
    variables: { WORKER__TOKEN: '${SECRET:-hunter2}', WORKER__A: null },
  });
  expect(planText(fakePlan([db, worker]))).toMatchInlineSnapshot(`
    "project     shop
    dedicated   proxy (--exclude)
    containers  3 before, 2 with 1 bundle

    bundle    bundle, which stands for 2 members
    image     shop-bundle:latest (linux/amd64, from debian:trixie-slim)
    grant     userns: no capability added, a seccomp profile of its own
    without   writing to /proc
    stop      at most 25 s
    requests  cpus 0.5, memory -, of which 34 MiB for the runtime; nothing said by worker
    limits    cpus 2, memory 512 MiB
    disk      at most 1.9 MiB of images, and 80 MB for the runtime

    MEMBER  IMAGE     DISTRIBUTION                  USER                  RESTART                                               STOP          PORTS               AFTER
    db      db:1      -                             root                  autorestart=true                                      SIGTERM 10 s  5432                -
    worker  worker:1  Debian GNU/Linux 13 (trixie)  $WORKER__BUNDLE_USER  autorestart=unexpected, exitcodes=0, at most 3 times  SIGTERM 10 s  53/udp 80 (EXPOSE)  db

    variables
      WORKER__A
      WORKER__TOKEN
    "
  `);
});

test('a plan tells what fits a cell, and why bundles were split', () => {
  const plan = fakePlan([fakeMember('db')]);
  const cell = { cpus: 8, memoryBytes: 32 * 1024 ** 3, headroom: 0.2 };
  const needs = { cpus: 1.5, memoryBytes: 2 * 1024 ** 3 };
  const text = planText({
    ...plan,
    splits: [{ services: ['db', 'web'], reason: 'both listen on port 80' }],
    cell: { cell, needs, instances: 4, bound: 'cpus', unsaid: [] },
  });
  expect(text).toContain(
    'cell        4 tenants of (cpus 1.5, memory 2 GiB) in (cpus 8, memory 32 GiB, 20% headroom); cpus runs out first\n',
  );
  expect(text).toContain('db, web  both listen on port 80\n');
  const unknown = {
    cell,
    needs: { cpus: null, memoryBytes: null },
    instances: null,
    bound: null,
    unsaid: ['db'],
  };
  expect(planText({ ...plan, cell: unknown })).toContain('is not known: no reservation or limit of db');
});

test('a plan tells what disks a bundle asks for in each cloud, and which sizes it does not know', () => {
  const plan = fakePlan([fakeMember('db')]);
  const storage = [
    { provider: 'aws', gi: 30, unknown: [] },
    { provider: 'azure', gi: 0, unknown: ['db'] },
    { provider: 'gcp', gi: 20, unknown: ['cache', 'db'] },
  ];
  const bundles = plan.bundles.map((bundle) => ({ ...bundle, footprint: { ...bundle.footprint, storage } }));
  expect(planText({ ...plan, bundles })).toContain(
    'storage   aws 30 Gi; azure a size that is not known yet of db; gcp 20 Gi and a size that is not known yet of cache, db\n',
  );
  expect(planText(plan)).not.toContain('storage');
});

test('a service plan tells which old hosts were written as their bundle', () => {
  const renamedHosts = [{ service: 'web', variable: 'CACHE_URL', host: 'cache', bundle: 'helpers' }];
  const servicePlan = {
    name: 'Shop',
    tenancy: undefined,
    hosting: 'the platform’s account',
    ignored: [],
    renamedHosts,
  } as const;
  const text = planText({ ...fakePlan([fakeMember('cache')]), servicePlan });
  expect(text).toContain('OLD HOST  IN                WRITTEN AS\ncache     CACHE_URL of web  helpers\n');
});

test('a plan tells what members share that was their own', () => {
  const plan = fakePlan([fakeMember('cache'), fakeMember('db'), fakeMember('web')]);
  const notes = [
    { members: ['cache', 'db', 'web'], note: 'one limit of memory' },
    { members: ['cache', 'db'], note: 'one user id' },
  ];
  const text = planText({ ...plan, bundles: plan.bundles.map((bundle) => ({ ...bundle, notes })) });
  expect(text).toContain('MEMBERS    NOTE\nall        one limit of memory\ncache, db  one user id\n');
});
