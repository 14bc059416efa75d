/** What happens to each key of a member's service: the one table; a key without a row is refused. */

export type Verdict =
  /** Takes effect inside the bundle, for this member alone. */
  | { readonly verdict: 'applied' }
  /** United with the other members' on the bundle's service. */
  | { readonly verdict: 'united' }
  /** Concerns building or pulling the source image, or Compose itself; has no meaning at run time. */
  | { readonly verdict: 'build' }
  /** Means less than it did: a warning. */
  | { readonly verdict: 'limited'; readonly why: string; readonly fix: string }
  /** Cannot be honoured: an error. */
  | { readonly verdict: 'refused'; readonly why: string };

const applied: Verdict = { verdict: 'applied' };
const united: Verdict = { verdict: 'united' };
const build: Verdict = { verdict: 'build' };
const refused = (why: string): Verdict => ({ verdict: 'refused', why });
const limited = (why: string, fix: string): Verdict => ({ verdict: 'limited', why, fix });

const ONE_CONTAINER = 'it changes the whole container, which the members share';
const HOST_ACCESS = 'it would give every member access to the host';
const NOT_YET = 'this version does not carry it into a bundle';

export const SERVICE_KEYS: Readonly<Record<string, Verdict>> = {
  annotations: refused(NOT_YET),
  attach: limited('logs of all members are one stream', 'remove the key'),
  blkio_config: refused(NOT_YET),
  build,
  cap_add: applied,
  cap_drop: applied,
  cgroup: refused(ONE_CONTAINER),
  cgroup_parent: refused(ONE_CONTAINER),
  command: applied,
  configs: applied,
  container_name: applied,
  cpu_count: refused(NOT_YET),
  cpu_percent: refused(NOT_YET),
  cpu_period: refused(NOT_YET),
  cpu_quota: refused(NOT_YET),
  cpu_rt_period: refused(NOT_YET),
  cpu_rt_runtime: refused(NOT_YET),
  cpu_shares: refused(NOT_YET),
  cpus: united,
  cpuset: refused(NOT_YET),
  credential_spec: refused(NOT_YET),
  depends_on: applied,
  deploy: applied,
  develop: build,
  device_cgroup_rules: refused(HOST_ACCESS),
  devices: refused(HOST_ACCESS),
  dns: united,
  dns_opt: united,
  dns_search: united,
  domainname: refused(NOT_YET),
  entrypoint: applied,
  env_file: applied,
  environment: applied,
  expose: applied,
  extends: build,
  external_links: refused(NOT_YET),
  extra_hosts: applied,
  gpus: refused(HOST_ACCESS),
  group_add: applied,
  healthcheck: applied,
  hostname: applied,
  image: build,
  init: applied,
  ipc: refused(ONE_CONTAINER),
  isolation: refused(NOT_YET),
  label_file: refused(NOT_YET),
  labels: united,
  links: applied,
  logging: united,
  mac_address: refused(ONE_CONTAINER),
  mem_limit: united,
  mem_reservation: united,
  mem_swappiness: refused(NOT_YET),
  memswap_limit: refused(NOT_YET),
  models: refused(NOT_YET),
  network_mode: refused(ONE_CONTAINER),
  networks: applied,
  oom_kill_disable: refused(ONE_CONTAINER),
  oom_score_adj: applied,
  pid: refused(ONE_CONTAINER),
  pids_limit: refused(NOT_YET),
  platform: build,
  ports: applied,
  post_start: refused(NOT_YET),
  pre_stop: refused(NOT_YET),
  privileged: refused(HOST_ACCESS),
  profiles: build,
  provider: refused(NOT_YET),
  pull_policy: build,
  pull_refresh_after: build,
  read_only: applied,
  restart: applied,
  runtime: refused(ONE_CONTAINER),
  scale: applied,
  secrets: applied,
  security_opt: applied,
  shm_size: applied,
  stdin_open: applied,
  stop_grace_period: applied,
  stop_signal: applied,
  storage_opt: refused(ONE_CONTAINER),
  sysctls: refused(ONE_CONTAINER),
  tmpfs: applied,
  tty: limited(
    'a member has no terminal of its own',
    'use docker exec BUNDLE bundle-exec MEMBER for a terminal',
  ),
  ulimits: applied,
  use_api_socket: refused(HOST_ACCESS),
  user: applied,
  userns_mode: refused(ONE_CONTAINER),
  uts: refused(ONE_CONTAINER),
  volumes: applied,
  volumes_from: refused(NOT_YET),
  working_dir: applied,
};
