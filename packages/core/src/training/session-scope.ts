/**
 * A runtime whose sessions are released together, however the work that opened them ends.
 */
import type { Runtime, Session } from '../tensor/index.ts';

export interface SessionScope {
  /** The runtime that was given; it remembers what it opens. */
  readonly runtime: Runtime;
  /** Releases what is still open. */
  release(): Promise<void>;
}

export const openScope = (runtime: Runtime): SessionScope => {
  const open = new Set<Session>();
  return {
    runtime: {
      name: runtime.name,
      version: runtime.version,
      createSession: async (graph, options) => {
        const session = await runtime.createSession(graph, options);
        const remembered: Session = {
          threads: session.threads,
          run: (feeds, into) => session.run(feeds, into),
          release: async () => {
            if (open.delete(remembered)) await session.release();
          },
        };
        open.add(remembered);
        return remembered;
      },
    },
    release: async () => {
      for (const session of open) await session.release();
    },
  };
};
