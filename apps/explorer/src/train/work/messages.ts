/**
 * The words of an error, and the way out of the worker.
 */
import type { FromWorker } from '../protocol.ts';

export type Post = (message: FromWorker, transfer?: Transferable[]) => void;
