/** What a bundle's runtime takes itself. */

/** Measured: supervisord and its Python hold 27 to 29 MB whatever the number of members, crun 0.85 MB for each. */
const SUPERVISOR_BYTES = 32 * 1024 ** 2;
const MEMBER_BYTES = 1024 ** 2;

/** Memory of the runtime in a bundle of some members. */
export function runtimeBytes(members: number): number {
  return SUPERVISOR_BYTES + members * MEMBER_BYTES;
}

/** Measured: one process, and one crun for each member; a health check, or a command of `docker exec`, takes up to five more. */
const SUPERVISOR_PIDS = 16;
const MEMBER_PIDS = 8;

/** Process ids of the runtime in a bundle of some members, which a limit has to leave it. */
export function runtimePids(members: number): number {
  return SUPERVISOR_PIDS + members * MEMBER_PIDS;
}
