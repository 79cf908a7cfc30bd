/** What is tried beside the run: one thing at a time, which ends as soon as anything else wants the device. */

export class Rehearsals {
  #going: { readonly controller: AbortController; readonly settled: Promise<unknown> } | undefined;

  /** Does some work, once what was tried before has ended. Rejects as the work does, which is to heed the signal. */
  async run<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    await this.end('Another test began.');
    const controller = new AbortController();
    const result = work(controller.signal);
    const going = { controller, settled: Promise.allSettled([result]) };
    this.#going = going;
    try {
      return await result;
    } finally {
      if (this.#going === going) this.#going = undefined;
    }
  }

  /** Ends what is going on, which is then refused with this reason; resolves when it has let go of the device. */
  async end(reason: string): Promise<void> {
    this.#going?.controller.abort(new Error(reason));
    await this.#going?.settled;
  }
}
