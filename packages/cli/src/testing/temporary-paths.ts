/** Paths of what lies beside its place while it is written; none is there once a command has ended by itself. */

const TEMPORARY = [
  // A file or folder that is renamed into its place, and the folder that gives way to it.
  /(^|\/)\.latent-plane-[^/]+\.(tmp|making|old)(\/|$)/,
  /(^|\/)\.[^/]+\.tmp$/,
  /\.\d+\.tmp$/,
  /\.(making|old)-\d+(\/|$)/,
  /(^|\/)\.arriving-/,
  // Who writes a run.
  /(^|\/)\.lock-/,
];

/** @param path - relative, with `/`. */
export const isTemporaryPath = (path: string): boolean => TEMPORARY.some((pattern) => pattern.test(path));
