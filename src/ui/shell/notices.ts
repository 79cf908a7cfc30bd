/** Short notices in the corner of the page. */
import { notifications } from '@mantine/notifications';

export function tell(title: string, message?: string): void {
  notifications.show({ title, message: message ?? null, autoClose: message ? 8000 : 4000 });
}

/** Stays until it is read and closed. */
export function tellError(title: string, message: string): void {
  notifications.show({ title, message, color: 'red', autoClose: false });
}

/** Runs something that may fail, and tells why it did. */
export async function attempting(what: string, action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    tellError(what, error instanceof Error ? error.message : String(error));
  }
}
