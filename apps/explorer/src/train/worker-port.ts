/**
 * The worker that trains, as the page reaches it: it starts with the first message, and again after it broke.
 */
import type { FromWorker, ToWorker } from './protocol.ts';

/** The part of a worker that is used here. */
export interface TrainPort {
  postMessage(message: ToWorker): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  terminate(): void;
}

export interface WorkerPortOptions {
  readonly connect: () => TrainPort;
  readonly onMessage: (message: FromWorker) => void;
  /** It broke and was ended. @param reason - empty where the browser gives none. */
  readonly onEnd: (reason: string) => void;
}

/** A function that posts. */
export const createWorkerPort = ({ connect, onMessage, onEnd }: WorkerPortOptions): ((message: ToWorker) => void) => {
  let port: TrainPort | null = null;
  const connected = (): TrainPort => {
    const made = connect();
    made.onmessage = ({ data }) => onMessage(data);
    made.onerror = ({ message }) => {
      made.terminate();
      port = null;
      onEnd(message);
    };
    return made;
  };
  return (message) => {
    port ??= connected();
    port.postMessage(message);
  };
};
