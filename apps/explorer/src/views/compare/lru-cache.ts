/**
 * Keeps what was fetched last, so that what comes and goes is fetched once.
 *
 * In: how one thing is fetched by its name. Out: promises of them; the one not asked for longest goes, failures at once.
 */
export const createLruCache = <T>(fetchOne: (id: string) => Promise<T>, most: number): ((id: string) => Promise<T>) => {
  /** The last asked for last. */
  const kept = new Map<string, Promise<T>>();
  return (id) => {
    const coming = kept.get(id) ?? fetchOne(id);
    kept.delete(id);
    kept.set(id, coming);
    // The next look tries again.
    coming.catch(() => {
      if (kept.get(id) === coming) kept.delete(id);
    });
    for (const oldest of [...kept.keys()].slice(0, -most)) kept.delete(oldest);
    return coming;
  };
};
