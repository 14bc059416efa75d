import { expect, it } from 'vitest';
import { readAssets } from '../../../src/assets.js';
import type { Service } from '../../../src/compose/project.js';
import type { ImageConfig } from '../../../src/images/image-facts.js';
import { addressedPorts, findPorts } from '../../../src/plan/find-ports.js';
import { renderFiles } from '../../../src/render/render-files.js';
import { readFixture } from '../../fixture.js';

function addressed(text: string): Readonly<Record<string, readonly number[]>> {
  const service: Service = { name: 'web', written: {}, resolved: { environment: { URL: text } } };
  return Object.fromEntries(addressedPorts([service]));
}

it.each<[string, Readonly<Record<string, readonly number[]>>]>([
  ['redis://cache:6379', { cache: [6379] }],
  ['redis://cache:6379/0', { cache: [6379] }],
  ['http://api:8080?x=1', { api: [8080] }],
  ['http://api:8080#top', { api: [8080] }],
  ['kafka1:9092,kafka2:9093', { kafka1: [9092], kafka2: [9093] }],
  ['--url "http://api:8080" --db (db:5432)', { api: [8080], db: [5432] }],
  ['{"hosts": ["a:9200", "b:9200"]}', { a: [9200], b: [9200] }],
  ['http://a:80 me@example.com', { a: [80] }],
  ['http://a:80/me@example.com', { a: [80] }],
  ['api:99999', {}],
  ['api:8080x', {}],
])('the port of an address is one that a service is known to listen on: %s', (text, expected) => {
  expect(addressed(text)).toEqual(expected);
});

it.each<[string, readonly string[]]>([
  ['8000-8002', ['8000/tcp', '8001/tcp', '8002/tcp']],
  ['9000-9001/udp', ['9000/udp', '9001/udp']],
  ['80', ['80/tcp']],
  ['9-8', []],
  ['x-y', []],
  ['65534-99999999', ['65534/tcp', '65535/tcp']],
])('a range of exposed ports is each of them: %s', (text, expected) => {
  const service: Service = { name: 'web', written: {}, resolved: { expose: [text] } };
  const found = findPorts(service, { exposedPorts: [] as readonly string[] } as ImageConfig, {}, []);
  expect(found.map(({ port, protocol }) => `${port}/${protocol}`)).toEqual(expected);
});

it.each<[string]>([
  ['postgres://postgres:7391af@postgres:5432/app'],
  ['postgres://postgres:73914@postgres:5432/app'],
  ['postgres://postgres:73-914@postgres:5432/app'],
  ['postgres://postgres:7391?af@postgres:5432/app'],
  ['postgres://postgres:7391#af@postgres:5432/app'],
  ["postgres://postgres:7391,af;4')@postgres:5432/app"],
  ['postgres://postgres:7391:4711@postgres:5432/app'],
  ['postgres:7391@postgres:5432'],
])('no digit of a password is taken for a port: %s', (text) => {
  expect(addressed(text)).toEqual({ postgres: [5432] });
});

it('no digit of a password gets into the plan or the image', async () => {
  const { planned, project } = readFixture('fixtures/late');
  const files = renderFiles(planned.plan, project, await readAssets(), '..');
  const inImage = files.filter(({ path, isInContext }) => isInContext || path === 'plan.json');
  // Its default stands in the user's own file.
  const values = inImage.map(({ content }) => content.replaceAll('${PIN:-7391}', ''));
  expect(values.filter((content) => content.includes('7391'))).toEqual([]);
  expect(planned.plan.bundles[0]?.members[0]?.ports.map(({ port }) => port)).toEqual([6379]);
});
