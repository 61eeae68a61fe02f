/** Bounds of fields that keep a form's slider and untrusted JSON within what fits in memory. */
export const MAX_UNITS = 65_536;
export const MAX_FILTERS = 1024;
export const MAX_WINDOW = 64;
