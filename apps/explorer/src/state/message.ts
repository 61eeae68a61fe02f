/**
 * An error in words for people: `code: what, where, what to do`.
 */
import { LatentError } from 'latent-plane';

export const messageOf = (error: unknown): string => {
  if (error instanceof LatentError) return error.message;
  return `internal: ${error instanceof Error ? error.message : String(error)}`;
};
