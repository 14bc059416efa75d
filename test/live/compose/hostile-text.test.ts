/** Text of the user's is data in every file that is written: it ends no line, opens no section, runs nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readAssets } from '../../../src/assets.js';
import { asObject } from '../../../src/compose/json.js';
import { type OutputFile, renderFiles } from '../../../src/render/render-files.js';
import { configOf, PAYLOADS, planOf, projectIn, projectOf, serviceOf } from '../../hostile.js';

const assets = { ...(await readAssets()), runtime: [] };

function filesOf(text: string): readonly OutputFile[] {
  const project = projectOf({ app: serviceOf(text) }, { networks: { default: {} } });
  return renderFiles(planOf(project, configOf(text)).plan, project, assets, '..');
}

const contentOf = (files: readonly OutputFile[], path: string) =>
  files.find((file) => file.path === path)?.content ?? '';

/** Instructions with their continued lines; those whose words come from the user are given by name alone. */
function instructions(dockerfile: string): readonly string[] {
  return dockerfile
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => (/^(LABEL|VOLUME) /.test(line) ? line.slice(0, 6) : line));
}

const harmless = filesOf('x');

describe('text that would break out', () => {
  it('is tried in more than two hundred forms', () => expect(new Set(PAYLOADS).size).toBeGreaterThan(200));

  it.each(PAYLOADS.map((text) => [JSON.stringify(text), text] as const))('stays data: %s', (_, text) => {
    const files = filesOf(text);
    expect(files.map(({ path }) => path)).toEqual(harmless.map(({ path }) => path));
    expect(contentOf(files, 'supervisord.conf')).toBe(contentOf(harmless, 'supervisord.conf'));
    expect(instructions(contentOf(files, 'Dockerfile'))).toEqual(
      instructions(contentOf(harmless, 'Dockerfile')),
    );
    const launch = JSON.parse(contentOf(files, 'members/app/launch.json'));
    expect(launch.args).toEqual(['/entry', text, text, 'end']);
    expect(launch.environment.image).toEqual({ PATH: text, OTHER: text });
    const bundle = asObject(asObject(parse(contentOf(files, 'compose.yaml')).services).bundle);
    expect(asObject(bundle.environment).APP__VALUE).toBe(text.replaceAll('$', '$$$$'));
    expect(asObject(bundle.labels).label).toBe(text.replaceAll('$', '$$$$'));
  });
});

describe('text that Compose prints in a way that cannot be read back', () => {
  it('is refused, not changed', () => {
    for (const text of ['a\u2028b', 'a\u0085b'])
      expect(() => projectIn(`services: { app: { command: ["${text}"] } }`)).toThrow(/COMPOSE_UNREADABLE/);
  });
});

const anyText = fc
  .string({ unit: 'binary', maxLength: 40 })
  .filter((text) => !/[\u0000\u0085\u2028\u2029\ud800-\udfff]/.test(text));
const anyName = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,12}$/),
  fc.constantFrom('constructor', 'toString', 'valueOf', 'hasOwnProperty', 'a.b', 'A-b_c', '0'),
);

describe('any project', () => {
  it('gives every member its arguments and variables, unchanged', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 6 }), anyText, (command, value) => {
        const project = projectOf({ app: { image: 'image:1', command, environment: { V: value } } });
        const { plan } = planOf(project);
        const [member] = plan.bundles[0]?.members ?? [];
        expect(member?.launch.args).toEqual(command);
        const file = contentOf(renderFiles(plan, project, assets, '..'), 'compose.yaml');
        const bundle = asObject(asObject(parse(file).services).bundle);
        expect(String(asObject(bundle.environment).APP__V).replaceAll('$$', '$')).toBe(value);
      }),
      { numRuns: 100 },
    );
  });

  it('has one plan, whatever the order of its services, and programs that can be read back', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyName, {
          minLength: 1,
          maxLength: 6,
          selector: (name) => name.toUpperCase().replace(/[-.]/g, '_'),
        }),
        (names) => {
          const service = (name: string) =>
            [
              name,
              { image: 'image:1', networks: { default: null, [name]: null }, labels: { [name]: name } },
            ] as const;
          const networks = Object.fromEntries([...names, 'default'].map((name) => [name, {}]));
          const forward = projectOf(Object.fromEntries(names.map(service)), { networks });
          const backward = projectOf(Object.fromEntries(names.toReversed().map(service)), { networks });
          const { plan } = planOf(forward);
          expect(JSON.stringify(planOf(backward).plan)).toBe(JSON.stringify(plan));
          const members = plan.bundles[0]?.members.map((member) => member.service);
          expect(members?.toSorted()).toEqual(names.toSorted());
          // Raises an error where supervisord.conf, read back, has not exactly the programs of the plan.
          const paths = renderFiles(plan, forward, assets, '..').map(({ path }) => path);
          expect(
            paths.filter((path) => path.split('/').some((part) => part === '..' || part === '')),
          ).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });
});
