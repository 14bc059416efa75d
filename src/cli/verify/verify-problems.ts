/** What can be wrong with a bundle that is started, or cannot be: one constructor per code. */
import { error, type Problem } from '../../problems.js';

export const verifyProblems = {
  MEMBER_UNHEALTHY: (member: string, state: string): Problem =>
    error('MEMBER_UNHEALTHY', `member "${member}" is ${state}`, undefined, {
      fix: 'the end of its log is below; the same service alone shows whether the bundle is at fault',
    }),

  BUNDLE_ENDED: (code: number): Problem =>
    error('BUNDLE_ENDED', `the bundle ended with exit code ${code}`, undefined, {
      why: 'a critical member came to rest with a failure, or none is left',
      fix: 'the end of its log is below',
    }),

  BUNDLE_UNHEALTHY: (health: string, seconds: number): Problem =>
    error('BUNDLE_UNHEALTHY', `the bundle is ${health} after ${seconds} seconds`, undefined, {
      fix: 'the end of its log is below; give slow members more time: --timeout SECONDS',
    }),

  BUNDLE_ABSENT: (service: string): Problem =>
    error('BUNDLE_ABSENT', `docker compose made no container for service "${service}"`, undefined, {
      fix: 'write the folder again with bundle-shared',
    }),

  TRIAL_NOT_APART: (service: string, mode: string): Problem =>
    error('TRIAL_NOT_APART', `service "${service}" has the network mode "${mode}"`, undefined, {
      why: 'a trial beside what runs already would listen on its ports, and be reached in its place',
      fix: 'write the folder from a project without that network mode, and verify that one',
    }),
};
