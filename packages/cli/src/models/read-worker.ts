/** The thread of a `ModelReader`: reads the files that it is asked for, one after the other. */
import { parentPort } from 'node:worker_threads';
import { errorRecord, LatentError } from 'latent-plane';
import { type ReadAnswer, type ReadRequest, readHere } from './read-file.ts';

const answerTo = async (request: ReadRequest): Promise<ReadAnswer> => {
  try {
    return { model: await readHere(request) };
  } catch (error) {
    if (!(error instanceof LatentError)) throw error;
    return { fault: errorRecord(error) };
  }
};

// Faults that are no answer end the thread, which the reader tells from an answer.
parentPort?.on('message', async (request: ReadRequest) => parentPort?.postMessage(await answerTo(request)));
