/** The keys below those of a service, where they can be told apart; `*` is any name. */
import { applied, carried, limited, refused, united, type Verdict } from './verdict.js';

export const PROCESSORS = 'summed when every member has it; a quota, for the machine may have less';
const SWARM = 'for `docker stack deploy`; members that have it must agree';
const HOST_ACCESS = 'it would give every member access to the host';
const MOUNT = carried('the Engine makes the mount, below the member’s root');
/** Of what the member mounts, to the host. */
export const OUTWARD_PROPAGATION: readonly string[] = ['shared', 'rshared'];
const ONE_ENDPOINT = 'the bundle has one address there: members that have it must agree';

const DEPLOY: Readonly<Record<string, Verdict>> = {
  endpoint_mode: united(SWARM),
  labels: united('all members’ entries; two values for one name are an error'),
  mode: refused('a member cannot be placed on every node, or run as a job, apart from the others', [
    'replicated',
  ]),
  placement: united(SWARM),
  'placement.constraints': united(SWARM),
  'placement.max_replicas_per_node': united(SWARM),
  'placement.preferences': united(SWARM),
  'placement.preferences.spread': united(SWARM),
  replicas: applied('as `scale`'),
  resources: united('see its keys'),
  'resources.limits': united('see its keys'),
  'resources.limits.cpus': united(PROCESSORS),
  'resources.limits.memory': united('summed when every member has it'),
  'resources.limits.pids': united('summed when every member has it, with the runtime’s own'),
  'resources.reservations': united('see its keys'),
  'resources.reservations.cpus': united('summed over the members that have it'),
  'resources.reservations.devices': refused(HOST_ACCESS),
  'resources.reservations.generic_resources': refused(HOST_ACCESS),
  'resources.reservations.memory': united('summed over the members that have it'),
  restart_policy: applied('before `restart`; without a condition nothing is restarted, as in Compose'),
  'restart_policy.condition': applied('autorestart of the program'),
  'restart_policy.delay': applied('the wait before each new start'),
  'restart_policy.max_attempts': applied('counted in total'),
  'restart_policy.window': applied(
    'only restarts within it count for `max_attempts`, as in swarm: who fails seldom enough goes on for ever',
  ),
  rollback_config: united(SWARM),
  'rollback_config.delay': united(SWARM),
  'rollback_config.failure_action': united(SWARM),
  'rollback_config.max_failure_ratio': united(SWARM),
  'rollback_config.monitor': united(SWARM),
  'rollback_config.order': united(SWARM),
  'rollback_config.parallelism': united(SWARM),
  update_config: united(SWARM),
  'update_config.delay': united(SWARM),
  'update_config.failure_action': united(SWARM),
  'update_config.max_failure_ratio': united(SWARM),
  'update_config.monitor': united(SWARM),
  'update_config.order': united(SWARM),
  'update_config.parallelism': united(SWARM),
};

const VOLUMES: Readonly<Record<string, Verdict>> = {
  bind: MOUNT,
  'bind.create_host_path': MOUNT,
  'bind.propagation': limited(
    'what the host mounts there later does not reach the member; `shared` and `rshared`, the other way, are refused',
    'leave it out, or restart the bundle after such a mount',
    ['private', 'rprivate', ...OUTWARD_PROPAGATION],
  ),
  'bind.recursive': MOUNT,
  'bind.selinux': MOUNT,
  consistency: MOUNT,
  image: MOUNT,
  'image.subpath': carried('as the Engine honours it, which needs 28 for volumes of images'),
  read_only: MOUNT,
  source: MOUNT,
  target: applied('below the member’s root, through the image’s own symbolic links'),
  tmpfs: applied('mounted in the member'),
  'tmpfs.mode': applied('mounted in the member'),
  'tmpfs.size': applied('mounted in the member'),
  type: MOUNT,
  volume: MOUNT,
  'volume.labels': MOUNT,
  'volume.nocopy': MOUNT,
  'volume.subpath': carried('as the Engine honours it: before 26 it mounts the whole volume'),
};

const NETWORKS: Readonly<Record<string, Verdict>> = {
  aliases: united('all members’'),
  driver_opts: united(ONE_ENDPOINT),
  gw_priority: united(ONE_ENDPOINT),
  interface_name: united(ONE_ENDPOINT),
  ipv4_address: united(ONE_ENDPOINT),
  ipv6_address: united(ONE_ENDPOINT),
  link_local_ips: united('all members’'),
  mac_address: united(ONE_ENDPOINT),
  priority: united(ONE_ENDPOINT),
};

const FILES: Readonly<Record<string, Verdict>> = {
  gid: carried('as Compose honours it'),
  mode: carried('as Compose honours it'),
  source: carried('the secret or config of the top level'),
  target: applied('below the member’s root'),
  uid: carried('as Compose honours it'),
};

const HOOK: Readonly<Record<string, Verdict>> = {
  command: applied('in the member; a string with a variable is an error, a list is not'),
  environment: applied('beside the member’s own'),
  privileged: refused('a hook runs with what its member has'),
  user: applied('resolved in the member'),
  working_dir: applied('in the member'),
};

export const SERVICE_SUB_KEYS: Readonly<Record<string, Verdict>> = {
  ...below('configs', FILES),
  ...below('depends_on.*', {
    condition: applied(
      'gates the start; who waits from outside for the start of a member that itself waits in the bundle waits for all members',
    ),
    required: applied('an optional one may be absent'),
    restart: applied('`bundle-restart` restarts the dependants too'),
  }),
  ...below('deploy', DEPLOY),
  ...below('env_file', {
    format: applied('the usual format, or `raw`'),
    path: applied('from the output folder'),
    required: applied('an optional file may be absent when the bundle is made'),
  }),
  ...below('healthcheck', {
    disable: applied('takes the image’s check away'),
    interval: applied('time between checks'),
    retries: applied('failures in a row'),
    start_interval: applied('time between checks during the start period'),
    start_period: applied('failures do not count'),
    test: applied('runs in the member; with a variable it is bound at run time'),
    timeout: applied('the check is killed then, with what it started'),
  }),
  ...below('logging', {
    driver: united('members that have it must agree'),
    options: united('members that have it must agree'),
  }),
  ...below('networks.*', NETWORKS),
  ...below('ports', {
    app_protocol: carried('as written'),
    host_ip: carried('as written'),
    mode: carried('as written'),
    name: carried('as written'),
    protocol: carried('as written'),
    published: carried('as written'),
    target: applied('a port that the member listens on'),
  }),
  ...below('post_start', HOOK),
  ...below('pre_stop', HOOK),
  ...below('secrets', FILES),
  ...below('ulimits.*', { hard: applied('of the program'), soft: applied('of the program') }),
  ...below('volumes', VOLUMES),
};

function below(key: string, rows: Readonly<Record<string, Verdict>>): Readonly<Record<string, Verdict>> {
  return Object.fromEntries(Object.entries(rows).map(([name, row]) => [`${key}.${name}`, row]));
}
