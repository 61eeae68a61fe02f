/**
 * A file that the worker was asked for, until it comes or cannot be made.
 */
import type { FromWorker } from './protocol.ts';

export interface MadeFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mime: string;
}

export interface FileRequest {
  /** @throws Error with the worker's words where the file cannot be made. */
  make(post: () => void): Promise<MadeFile>;
  /** Whether the message was the answer. */
  settle(message: FromWorker): boolean;
  /** @param reason - why there will be no answer. */
  fail(reason: string): void;
}

export const createFileRequest = (): FileRequest => {
  let waiting: { readonly resolve: (file: MadeFile) => void; readonly reject: (error: Error) => void } | null = null;
  const fail = (reason: string): void => {
    waiting?.reject(new Error(reason));
    waiting = null;
  };
  return {
    make: (post) => {
      if (waiting) return Promise.reject(new Error('busy: another file is being made; wait for it'));
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        post();
      });
    },
    settle: (message) => {
      if (!waiting) return false;
      if (message.type === 'error') {
        fail(message.message);
        return true;
      }
      if (message.type !== 'file') return false;
      waiting.resolve(message);
      waiting = null;
      return true;
    },
    fail,
  };
};
