/** Contenders in processes of their own, for Node: one on Dawn, or Python's. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { AnswerTo, Endpoint, Reply, Request } from './protocol.ts';

/** Starts this program again as the server of one contender; bench.ts serves where it finds this in its environment. */
export const serverMark = 'TRUNKLINE_BENCH_SERVER';

/**
 * @param program the bundle to run
 * @param patience seconds that an answer may take
 */
export function openProcess(program: string, env: NodeJS.ProcessEnv, patience: number): Endpoint {
  const child = spawn(process.execPath, ['--enable-source-maps', program], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced', // JSON has no NaN
    env: { ...process.env, ...env, [serverMark]: '1' },
  });
  return new ProcessEndpoint(child, patience, {
    send: (request) => void child.send(request),
    listen: (take) => void child.on('message', (message) => take(message as Reply)),
  });
}

/** Talks by lines of JSON. `folder` holds the problem, see python.ts. */
export function openPython(python: string, script: string, folder: string, patience: number): Endpoint {
  const child = spawn(python, ['-c', script], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.on('error', () => {}); // it has ended: its exit says so
  child.stdin.write(`${folder}\n`);
  return new ProcessEndpoint(child, patience, {
    send: (request) => void child.stdin.write(`${JSON.stringify(request)}\n`),
    listen(take) {
      let text = '';
      child.stdout.on('data', (data: Buffer) => {
        const lines = (text + data.toString()).split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) take(JSON.parse(line) as Reply);
      });
    },
  });
}

interface Wire {
  send(request: Request): void;
  listen(take: (reply: Reply) => void): void;
}

class ProcessEndpoint implements Endpoint {
  readonly #child: ChildProcess;
  readonly #patience: number;
  readonly #wire: Wire;
  readonly #ended: Promise<void>;
  #complaints = '';
  #settle: ((outcome: Reply) => void) | undefined;

  constructor(child: ChildProcess, patience: number, wire: Wire) {
    this.#child = child;
    this.#patience = patience;
    this.#wire = wire;
    child.stderr?.on('data', (data: Buffer) => {
      this.#complaints = (this.#complaints + data.toString()).slice(-2000);
    });
    wire.listen((reply) => this.#settle?.(reply));
    this.#ended = new Promise((resolve) => {
      child.once('error', () => resolve()).once('close', () => resolve());
    });
    void this.#ended.then(() =>
      this.#settle?.({ error: `It ended: ${lastLine(this.#complaints) ?? `code ${child.exitCode}`}` }),
    );
  }

  async ask<Asked extends Request>(request: Asked): Promise<AnswerTo<Asked>> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null)
      throw new Error(`It has ended: ${lastLine(this.#complaints) ?? 'without a word'}`);
    const answered = new Promise<Reply>((resolve) => {
      this.#settle = resolve;
    });
    const timer = setTimeout(
      () => this.#settle?.({ error: `No answer within ${this.#patience} s.` }),
      1000 * this.#patience,
    );
    this.#wire.send(request);
    const reply = await answered;
    clearTimeout(timer);
    if ('error' in reply) throw new Error(reply.error);
    return reply.answer as AnswerTo<Asked>;
  }

  async close(): Promise<void> {
    this.#settle = undefined;
    this.#child.kill('SIGKILL'); // Dawn's threads may be in the middle of a step
    await this.#ended;
  }
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1) || undefined;
}
