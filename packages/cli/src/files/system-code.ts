/** The code of a system error, `ENOENT` and the like; undefined for any other. */
export const systemCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
