/** Texts that would break out of a format that is written without care, and projects made of them. */
import { loadProject } from '../src/compose/load-project.js';
import type { Json, Project } from '../src/compose/project.js';
import type { ImageConfig } from '../src/images/image-facts.js';
import { makePlan, type Planned } from '../src/plan/make-plan.js';
import { yamlText } from '../src/render/yaml-text.js';
import { selectMembers } from '../src/tenancy/select-members.js';
import { completeFacts } from './fixture.js';

const OPENINGS = ['', '"', "'", '`', '\\', '\n', '\r\n', '\t', ' ', '\u00a0', '#', ';', '$', '%', '{', '['];
const BODIES = [
  '[program:evil]\ncommand=/bin/evil',
  'RUN touch /evil',
  '$(touch /evil)',
  '${HOME}',
  '%(ENV_HOME)s',
  '{{project}}',
  '","/evil"]',
  "' && touch /evil && '",
  '\u0001\u001b[31m',
  '--privileged',
  '../../etc/passwd',
  '<<: *anchor',
  '!!python/object:os.system',
  'ä€😀\u202e',
  '%%%s%n',
];

/** More than two hundred. */
export const PAYLOADS: readonly string[] = OPENINGS.flatMap((opening) =>
  BODIES.map((body) => `${opening}${body}${opening}`),
);

/** A project as Compose would resolve it; values are literal texts. */
export function projectOf(
  services: Readonly<Record<string, Json>>,
  top: Readonly<Record<string, Json>> = {},
): Project {
  return projectIn(yamlText({ name: 'hostile', services, ...top }));
}

/** The same of a text as Compose might print it. */
export function projectIn(text: string): Project {
  const written = text.replaceAll('$', '$$$$');
  return loadProject({
    resolved: written,
    written,
    everything: written,
    sources: [{ file: 'compose.yaml', text }],
    directory: '/project',
    envFiles: [],
    warnings: [],
  });
}

/** Its plan, all images having this configuration. */
export function planOf(project: Project, config: Partial<ImageConfig> = {}): Planned {
  const facts = completeFacts('image:1', { config: { cmd: ['run'], ...config } as ImageConfig });
  return makePlan({
    project,
    selection: selectMembers(project, { include: [], exclude: [] }),
    images: new Map(project.services.map(({ name }) => [name, facts])),
    base: 'debian:trixie-slim',
    platform: undefined,
    allowsSysAdmin: false,
    split: false,
    isStrict: false,
    envFileText: () => undefined,
  });
}

/** One service with a text in every field that takes any. */
export function serviceOf(text: string): Json {
  return {
    image: 'image:1',
    environment: { VALUE: text },
    entrypoint: ['/entry', text],
    command: [text, 'end'],
    labels: { label: text, [`key ${text}`]: 'value' },
    annotations: { note: text },
    hostname: text,
    working_dir: `/${text}`,
    user: text,
    healthcheck: { test: ['CMD', text] },
    extra_hosts: [`host=${text}`],
    logging: { driver: 'json-file', options: { tag: text } },
    networks: { default: { aliases: [text] } },
    stop_signal: text,
  };
}

/** An image with a text in every field of its configuration. */
export function configOf(text: string): Partial<ImageConfig> {
  return {
    entrypoint: ['/image-entry', text],
    env: [`PATH=${text}`, `OTHER=${text}`],
    labels: { label: text },
    volumes: [`/volume/${text}`],
    user: text,
    workingDir: `/${text}`,
    exposedPorts: ['80/tcp'],
  };
}
