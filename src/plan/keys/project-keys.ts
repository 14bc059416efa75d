/** The top-level keys of a project: what becomes of them in the rewritten file. */
import { before, carried, type Verdict } from './verdict.js';

const AS_WRITTEN = carried('as written');
const EXTERNAL = carried(
  'as written: for `docker stack deploy`; Compose starts neither the original nor the bundle',
);

export const PROJECT_KEYS: Readonly<Record<string, Verdict>> = {
  configs: AS_WRITTEN,
  'configs.*.content': carried('as written; its variables stay variables'),
  'configs.*.environment': carried('as written; the value stays in the environment'),
  'configs.*.external': EXTERNAL,
  'configs.*.file': carried('from the output folder'),
  include: before('Compose merges the included projects'),
  models: carried('for the services that stay dedicated'),
  name: carried('resolved: the same project; Compose names volumes and networks after it, or after `-p`'),
  networks: AS_WRITTEN,
  secrets: AS_WRITTEN,
  'secrets.*.environment': carried('as written; the value stays in the environment'),
  'secrets.*.external': EXTERNAL,
  'secrets.*.file': carried('from the output folder'),
  services: carried('the bundle stands in its members’ place; the others as written, references included'),
  version: before('Compose ignores it'),
  volumes: AS_WRITTEN,
  'volumes.*.driver_opts': carried('`device` of a bind mount from the output folder'),
};
