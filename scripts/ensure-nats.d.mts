/** `NATS_SERVER`, or the one on the path; null for none. */
export declare const findNats: () => string | null;
/** Path of a nats-server, installed if need be; null where it cannot be. */
export declare const ensureNats: () => string | null;
