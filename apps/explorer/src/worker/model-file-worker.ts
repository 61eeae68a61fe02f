/**
 * A network as a file of another program, written beside the page.
 *
 * In: one `ModelFileRequest`. Out: one `ModelFileAnswer`.
 */
import { LatentError } from 'latent-plane';
import { reasonOf } from 'latent-plane/internal';
import { type ModelFile, type ModelFileRequest, writeModelFile } from '../export/model-file.ts';

export type { ModelFileRequest } from '../export/model-file.ts';

export type ModelFileAnswer = ModelFile | { readonly fault: string };

self.onmessage = async ({ data }: MessageEvent<ModelFileRequest>) => {
  let answer: ModelFileAnswer;
  try {
    answer = await writeModelFile(data);
  } catch (error) {
    const text = reasonOf(error);
    answer = { fault: error instanceof LatentError ? text : `internal: ${text}` };
  }
  self.postMessage(answer);
};
