/**
 * Asking again until an answer comes.
 *
 * In: a question to a server, a signal. Out: its answer. A server that restarts, or a cluster that elects another
 * leader, costs time and nothing else; what is our own error is thrown at once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { LatentError } from 'latent-plane';
import { reasonOf } from 'latent-plane/internal';

export const RETRY_MS = 1000;

/** Whether an error may pass by itself: not what we throw ourselves, and not a fault of the program. */
export const mayPass = (error: unknown): boolean =>
  ![LatentError, TypeError, ReferenceError, RangeError].some((type) => error instanceof type);

export interface Persistence {
  /** Ends the asking: the last error is thrown. */
  readonly signal?: AbortSignal;
  /** An error that no further asking can mend, such as a connection that is closed for good; null for none. */
  readonly hopeless?: () => Error | null;
  /** Told once, at the first failure. */
  readonly onTrouble?: (reason: string) => void;
}

export const persist = async <T>(
  action: () => Promise<T>,
  { signal, hopeless, onTrouble }: Persistence = {},
): Promise<T> => {
  for (let failures = 0; ; failures++) {
    try {
      return await action();
    } catch (error) {
      if (signal?.aborted || !mayPass(error)) throw error;
      const end = hopeless?.();
      if (end) throw end;
      if (failures === 0) onTrouble?.(reasonOf(error));
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
};
