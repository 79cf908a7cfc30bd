/** The registry of contenders: their only list. Each is loaded where it runs, so that none brings in another's library. */
import type { Contender } from '../contender.ts';

export interface ContenderEntry {
  /** In tables. */
  readonly name: string;
  /** Loads it, in a process or worker of its own; absent where Python runs it. */
  readonly load?: () => Promise<Contender>;
}

export const contenders = {
  trunkline: {
    name: 'Trunkline',
    load: async () => (await import('./trunkline.ts')).trunkline,
  },
  'trunkline-default': {
    name: 'Trunkline, untuned',
    load: async () => (await import('./trunkline.ts')).trunklineDefault,
  },
  tfjs: {
    name: 'tfjs, minimize',
    load: async () => (await import('./tfjs.ts')).tfjs,
  },
  'tfjs-fit': {
    name: 'tfjs, model.fit',
    load: async () => (await import('./tfjs-fit.ts')).tfjsFit,
  },
  'jax-js': {
    name: 'jax-js, jit',
    load: async () => (await import('./jax-js.ts')).jaxJs,
  },
  pytorch: { name: 'PyTorch' },
} satisfies Record<string, ContenderEntry>;

export type ContenderId = keyof typeof contenders;

export function isContenderId(text: string): text is ContenderId {
  return Object.hasOwn(contenders, text);
}
