/**
 * Looks for principal components off the main thread, which also keeps what computes them out of the page.
 *
 * In: codes, and which components (`PrincipalRequest`). Out: their plane, or why there is none.
 */
import { type CodePlane, type Codes, type ErrorRecord, errorRecord, principalPlane } from 'latent-plane';

export interface PrincipalRequest {
  readonly codes: Codes;
  /** Counted from 0. */
  readonly order: readonly [number, number];
}

export type PrincipalAnswer = { readonly plane: CodePlane } | { readonly fault: ErrorRecord };

self.onmessage = ({ data: { codes, order } }: MessageEvent<PrincipalRequest>) => {
  let answer: PrincipalAnswer;
  try {
    answer = { plane: principalPlane(codes, order) };
  } catch (error) {
    answer = { fault: errorRecord(error) };
  }
  self.postMessage(answer);
};
