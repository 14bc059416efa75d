import type { Member, ProjectPlan } from '../../../src/plan/plan.js';

export function fakeMember(service: string, changes: Partial<Member> = {}): Member {
  return {
    service,
    image: { reference: `${service}:1`, source: `${service}:1`, id: `sha256:${service}`, sizeBytes: 1 },
    launch: {
      service,
      args: ['run'],
      user: '',
      groups: [],
      cwd: '/',
      hostname: null,
      environment: { prefix: `${service.toUpperCase()}__`, image: {}, files: [], passThrough: [] },
      names: {},
      extraHosts: [],
      restart: { attempts: null, delaySeconds: null, windowSeconds: null },
      critical: true,
      stop: { signal: 'SIGTERM', graceSeconds: 10 },
      dependsOn: [],
      healthcheck: null,
      logs: 'prefix',
      stdin: false,
      isolation: null,
      procfs: 'bind',
      initProcess: false,
    },
    process: {
      capabilities: [],
      noNewPrivileges: false,
      seccomp: 'default',
      rlimits: [],
      oomScoreAdj: null,
      readOnly: false,
      shmBytes: 0,
    },
    mounts: [],
    tmpfs: [],
    volumes: [],
    envFiles: [],
    program: {
      autorestart: 'true',
      exitcodes: [0],
      startsecs: 0,
      startretries: 0,
      stopsignal: 'TERM',
      stopwaitsecs: 10,
      priority: 100,
    },
    ports: [],
    variables: {},
    aliases: {},
    depth: 0,
    ...changes,
  };
}

export function fakePlan(members: readonly Member[]): ProjectPlan {
  const bundle = {
    project: 'shop',
    bundle: 'bundle',
    tag: 'shop-bundle:latest',
    base: 'debian:trixie-slim',
    platform: 'linux/amd64',
    grant: 'userns' as const,
    members,
    united: {},
    networks: {},
    stopSeconds: 25,
    footprint: {
      limits: { cpus: 2, memoryBytes: 512 * 1024 ** 2 },
      requests: { cpus: 0.5, memoryBytes: null },
      runtimeBytes: 34 * 1024 ** 2,
      unsaid: ['worker'],
      imageBytes: 2_000_000,
      ports: [],
    },
  };
  return {
    version: 1,
    project: 'shop',
    bundles: [bundle],
    dedicated: [{ service: 'proxy', reason: '--exclude' }],
    splits: [],
    instances: { before: 3, after: 2 },
  };
}
