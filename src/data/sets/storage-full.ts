/** The browser gives no more room. */

export class StorageFullError extends Error {
  constructor(options?: ErrorOptions) {
    super(
      'The storage of this browser is full. Delete data sets or runs that you need no more, or free space on the disk; nothing that was kept is lost.',
      options,
    );
    this.name = 'StorageFullError';
  }
}

/** Does something that writes. Rejects with StorageFullError where there is no room for it. */
export async function writing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'QuotaExceededError')
      throw new StorageFullError({ cause: error });
    throw error;
  }
}
