import { expect, test } from 'vitest';
import { splitTag, tagImage } from '../../../src/engine/tag-image.js';
import { fakeEngine } from './fake-engine.js';

test('the port of a registry is no tag', () => {
  expect(splitTag('localhost:5000/team/shop')).toEqual({ repo: 'localhost:5000/team/shop', tag: 'latest' });
  expect(splitTag('localhost:5000/team/shop:2')).toEqual({ repo: 'localhost:5000/team/shop', tag: '2' });
});

test('when the second tag cannot be set, the first goes back to where it was', async () => {
  await using engine = await fakeEngine((request, response) => {
    if (request.url === '/images/a:1/json') return void response.end('{"Id":"sha256:old"}');
    if (request.url?.includes('repo=b')) return void response.writeHead(409).end('{"message":"conflict"}');
    if (request.method === 'POST') return void response.writeHead(201).end();
    return void response.writeHead(404).end('{"message":"no such image"}');
  });
  await expect(tagImage(engine, 'sha256:new', ['a:1', 'b:1'])).rejects.toThrow('conflict');
  expect(engine.requests.at(-1)).toBe('POST /images/sha256:old/tag?repo=a&tag=1');
});

test('tags go back to where they were when the work after them fails', async () => {
  await using engine = await fakeEngine((request, response) => {
    if (request.url === '/images/a:1/json') return void response.end('{"Id":"sha256:old"}');
    if (request.method === 'GET') return void response.writeHead(404).end('{"message":"no such image"}');
    return void response.writeHead(request.method === 'POST' ? 201 : 200).end('[]');
  });
  const undo = await tagImage(engine, 'sha256:new', ['a:1', 'b:1']);
  await undo();
  expect(engine.requests.slice(-2)).toEqual([
    'DELETE /images/b:1?noprune=true',
    'POST /images/sha256:old/tag?repo=a&tag=1',
  ]);
});
