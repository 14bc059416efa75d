import { expect, test } from 'vitest';
import { splitTag, tagImage } from '../../../src/engine/tag-image.js';
import { type Answer, fakeEngine } from './fake-engine.js';

test('the port of a registry is no tag', () => {
  expect(splitTag('localhost:5000/team/shop')).toEqual({ repo: 'localhost:5000/team/shop', tag: 'latest' });
  expect(splitTag('localhost:5000/team/shop:2')).toEqual({ repo: 'localhost:5000/team/shop', tag: '2' });
});

/** An Engine whose tags are `names`; requests that begin like a key of `refusals` fail with its status. */
function withTags(names: Map<string, string>, refusals: Readonly<Record<string, number>> = {}): Answer {
  return ({ method, url = '' }, response) => {
    const refusal = Object.entries(refusals).find(([start]) => `${method} ${url}`.startsWith(start))?.[1];
    const [status, body] = refusal === undefined ? answer(names, method, url) : [refusal, {}];
    response.writeHead(status).end(JSON.stringify(body));
  };
}

function answer(names: Map<string, string>, method = '', url = ''): [status: number, body: object] {
  const [, name = '', tag = ''] = /^\/images\/(.*?)(?:\/json|\/tag\?repo=(.*)|\?.*)$/.exec(url) ?? [];
  if (method === 'POST') names.set(tag.replace('&tag=', ':'), name);
  if (method === 'POST') return [201, {}];
  const id = names.get(name);
  if (method === 'DELETE') names.delete(name);
  return id === undefined ? [404, {}] : [200, { Id: id }];
}

test('when the second tag cannot be set, the first goes back to where it was', async () => {
  const names = new Map([['a:1', 'sha256:old']]);
  await using engine = await fakeEngine(withTags(names, { 'POST /images/sha256:new/tag?repo=b': 409 }));
  await expect(tagImage(engine, 'sha256:new', ['a:1', 'b:1'])).rejects.toThrow('409');
  expect(Object.fromEntries(names)).toEqual({ 'a:1': 'sha256:old' });
});

test('why it cannot be set is told, though the first cannot go back either', async () => {
  const names = new Map([['a:1', 'sha256:old']]);
  const refusals = { 'POST /images/sha256:new/tag?repo=b': 409, 'POST /images/sha256:old': 500 };
  await using engine = await fakeEngine(withTags(names, refusals));
  await expect(tagImage(engine, 'sha256:new', ['a:1', 'b:1'])).rejects.toThrow('409');
  expect(engine.requests.at(-1)).toBe('POST /images/sha256:old/tag?repo=a&tag=1');
});

test('tags go back to where they were when the work after them fails', async () => {
  const names = new Map([['a:1', 'sha256:old']]);
  await using engine = await fakeEngine(withTags(names));
  const undo = await tagImage(engine, 'sha256:new', ['a:1', 'b:1']);
  expect(Object.fromEntries(names)).toEqual({ 'a:1': 'sha256:new', 'b:1': 'sha256:new' });
  await undo();
  expect(Object.fromEntries(names)).toEqual({ 'a:1': 'sha256:old' });
});

test('a tag that another run moved, or removed, meanwhile is its own', async () => {
  const names = new Map([['a:1', 'sha256:old']]);
  await using engine = await fakeEngine(withTags(names));
  const undo = await tagImage(engine, 'sha256:new', ['a:1', 'b:1', 'c:1']);
  names.set('a:1', 'sha256:of-another').set('b:1', 'sha256:of-another').delete('c:1');
  await undo();
  expect(Object.fromEntries(names)).toEqual({ 'a:1': 'sha256:of-another', 'b:1': 'sha256:of-another' });
});

test('a tag whose old image is gone is removed, and may be gone itself by then', async () => {
  const names = new Map([['a:1', 'sha256:old']]);
  const refusals = { 'POST /images/sha256:old': 404, 'DELETE /images/a:1': 404 };
  await using engine = await fakeEngine(withTags(names, refusals));
  const undo = await tagImage(engine, 'sha256:new', ['a:1']);
  await undo();
  expect(engine.requests.at(-1)).toBe('DELETE /images/a:1?noprune=true');
});
