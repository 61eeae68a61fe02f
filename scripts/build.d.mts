/** Builds the parts that are missing or stale; returns the names of those that were built. */
export declare const buildAll: (options?: {
  readonly names?: readonly string[];
  readonly types?: boolean;
  readonly force?: boolean;
}) => Promise<string[]>;
