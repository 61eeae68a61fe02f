/**
 * The words of an error, and the way out of the worker.
 */
import { LatentError } from 'latent-plane';
import type { FromWorker } from '../protocol.ts';

export type Post = (message: FromWorker, transfer?: Transferable[]) => void;

export const messageOf = (error: unknown): string => {
  if (error instanceof LatentError) return error.message;
  return `internal: ${error instanceof Error ? error.message : String(error)}`;
};
