import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fetchBytes } from './byte-source.ts';

let server: Server;
let base: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/app/datasets/a.bin') response.end(Buffer.of(1, 2, 3));
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/app/`;
});

afterAll(() => server.close());

it('fetches below the base', async () => {
  expect([...new Uint8Array(await fetchBytes(base)('datasets/a.bin'))]).toEqual([1, 2, 3]);
});

it('names path and status of what is missing', async () => {
  await expect(fetchBytes(base)('datasets/b.bin')).rejects.toThrow('datasets/b.bin: the server answered 404');
});
