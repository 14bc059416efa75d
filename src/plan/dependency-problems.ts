/** What can be wrong with waits that cross the border of a bundle: one constructor per code. */
import { error, type Location, type Problem, warning } from '../problems.js';

type At = Location | undefined;

export const dependencyProblems = {
  DEPENDS_ON_DEDICATED: (service: string, dependency: string, condition: string, at: At): Problem =>
    warning(
      'DEPENDS_ON_DEDICATED',
      `"${service}" waits for the dedicated service "${dependency}" (${condition}): now the whole bundle does`,
      at,
      {
        why: 'Compose starts the bundle as one container',
        fix: `put "${dependency}" into the bundle too, or accept the later start`,
      },
    ),

  WAITS_FOR_BUNDLE: (service: string, dependency: string, bundle: string, other: string, at: At): Problem =>
    warning(
      'WAITS_FOR_BUNDLE',
      `"${service}" waits for "${dependency}", which is in bundle "${bundle}": now it waits for all members`,
      at,
      {
        why: `a bundle is healthy when all of its members are; if "${other}" needs "${service}" for that, neither comes up`,
        fix: `put "${service}" into the bundle too, or leave "${dependency}" out: --exclude ${dependency}`,
      },
    ),

  DEPENDS_ON_BUNDLE: (
    service: string,
    dependency: string,
    bundle: string,
    condition: string,
    at: At,
  ): Problem =>
    warning(
      'DEPENDS_ON_BUNDLE',
      `"${service}" waits for "${dependency}" (${condition}), which is in bundle "${bundle}": now the one bundle waits for the other`,
      at,
      {
        why: 'Compose starts each bundle as one container',
        fix: `put both into one group, or accept the later start`,
      },
    ),

  BUNDLE_CYCLE: (
    {
      bundle,
      member,
      other,
      dependency,
      back,
    }: Readonly<Record<'bundle' | 'member' | 'other' | 'dependency' | 'back', string>>,
    at: At,
  ): Problem =>
    error(
      'BUNDLE_CYCLE',
      `bundles "${bundle}" and "${other}" wait for each other: "${member}" waits for "${dependency}", and what starts with that waits for "${back}"`,
      at,
      {
        why: 'each bundle starts as one container, so one would have to start before and after the other',
        fix: `put "${member}" and "${dependency}" into one group, or make one of them dedicated`,
      },
    ),

  DEPENDENCY_CYCLE: (dedicated: string, member: string, at: At): Problem =>
    error(
      'DEPENDENCY_CYCLE',
      `the dedicated service "${dedicated}" stands between members: it waits for "${member}", and a member waits for it`,
      at,
      {
        why: 'the bundle would have to start before and after it',
        fix: `put "${dedicated}" into the bundle too, or keep "${member}" out: --exclude ${member}`,
      },
    ),
} as const;
