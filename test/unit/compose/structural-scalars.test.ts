import { describe, expect, it } from 'vitest';
import {
  findStructuralScalars,
  replaceScalars,
  restoreExpressions,
} from '../../../src/compose/structural-scalars.js';

const TEXT = `x-base: &base { ulimits: { nofile: "\${N}" } }
services:
  a:
    <<: *base
    depends_on: {b: {condition: '\${C}'}}
    environment: {ulimits: "\${E}"}
  b: {image: i}
`;

describe('expressions where Compose needs a number or a fixed word', () => {
  const found = findStructuralScalars(TEXT);

  it('are found wherever they stand', () =>
    expect(found.map(({ expression }) => expression)).toEqual(['${N}', '${C}']));

  it('are replaced by plain numbers and quoted words', () =>
    expect(replaceScalars(TEXT, found, ['5', 'service_healthy'])).toBe(
      TEXT.replace('"${N}"', '5').replace("'${C}'", '"service_healthy"'),
    ));

  it('are put back where their value stands', () => {
    const written = 'services:\n  a:\n    depends_on:\n      b:\n        condition: service_healthy\n';
    const { text, lost } = restoreExpressions(written, found, ['5', 'service_healthy']);
    expect(text).toContain('condition: "${C}"');
    expect(lost.map(({ expression }) => expression)).toEqual(['${N}']);
  });
});

it.each([
  ['services.a.ulimits.nofile', true],
  ['services.a.ulimits.nofile.soft', false],
  ['services.a.depends_on.b.condition', true],
  ['services.a.depends_on.b.required', true],
  ['services.a.depends_on.b.restart', true],
  ['services.a.networks.n.priority', true],
  ['services.a.networks.n.gw_priority', true],
  ['services.a.volumes.0.type', true],
  ['services.a.volumes.0.bind.selinux', true],
  ['services.a.volumes.0.bind.recursive', true],
  ['volumes.v.external', true],
  ['services.a.ports.0.host_ip', true],
  ['services.a.deploy.update_config.order', true],
  ['services.a.deploy.rollback_config.order', true],
  ['services.a.develop.watch.0.action', true],
  ['services.a.cgroup', true],
  ['services.a.container_name', true],
  ['services.a.gpus', true],
  ['services.a.pull_policy', true],
  ['services.a.use_api_socket', true],
  ['volumes.v.name', false],
  ['networks.n.external', false],
])('an expression at %s has to be resolved: %s', (place, isFound) => {
  const value = place
    .split('.')
    .reduceRight<object | string>((below, key) => (key === '0' ? [below] : { [key]: below }), '${X}');
  const found = findStructuralScalars(JSON.stringify(value));
  expect(found.map(({ path }) => path.join('.'))).toEqual(isFound ? [place] : []);
});
