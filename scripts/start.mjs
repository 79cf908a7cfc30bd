// @ts-check
/** `npm start`: installs what is missing, serves the page, says where, and opens it where there is a desktop. */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { prepare, root } from './setup.mjs';

const { values } = parseArgs({
  options: { port: { type: 'string' }, host: { type: 'string' }, 'no-open': { type: 'boolean' } },
});

/** Whether someone sits before a screen on which a browser can open. */
function hasDesktop() {
  const { env, platform } = process;
  if (env['CI'] || env['SSH_CONNECTION']) return false;
  return platform === 'darwin' || platform === 'win32' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY']);
}

prepare();
const { createServer } = await import('vite');
const server = await createServer({
  root,
  server: {
    open: !values['no-open'] && hasDesktop(),
    ...(values.port ? { port: Number(values.port) } : {}), // the next free one if it is taken
    ...(values.host ? { host: values.host } : {}),
  },
});
await server.listen();
console.log('\n  Trunkline is running. Ctrl+C ends it.\n');
server.printUrls();

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, () => void server.close().finally(() => process.exit(0)));
