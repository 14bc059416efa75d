import type { JsonObject, Project, Service } from '../../../src/compose/project.js';

/** A project that nobody wrote: its services, and what stands at its top level. */
export function fakeProject(services: readonly Service[], written: JsonObject = {}): Project {
  return {
    name: 'p',
    directory: '/',
    files: [],
    envFiles: [],
    services,
    inactive: {},
    written,
    resolved: {},
    platformBlocks: {},
    warnings: [],
    decided: [],
    locate: () => undefined,
  };
}
