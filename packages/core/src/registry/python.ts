/** Values and calls as Python code. */

const QUOTED: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const quoted = (text: string): string =>
  `"${text.replace(/["\\\p{Cc}\u2028\u2029]/gu, (sign) => QUOTED[sign] ?? `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

const listed = (values: readonly unknown[]): string =>
  values.length === 1 ? `(${pythonValue(values[0])},)` : `(${values.map(pythonValue).join(', ')})`;

/** A value as Python writes it: `True`, `0.1`, `(3, 3)`. Nothing is `None`. */
export const pythonValue = (value: unknown): string => {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `float("${value < 0 ? '-' : ''}inf")`;
  if (typeof value === 'string') return quoted(value);
  return Array.isArray(value) ? listed(value) : 'None';
};

/** Named arguments of a call; what is undefined is left out. */
export type PythonArguments = Readonly<Record<string, unknown>>;

/** `nn.Conv2d(8, 16, 3, bias=False)`; values by place, then those by name. */
export const pythonCall = (name: string, values: readonly unknown[], named: PythonArguments = {}): string => {
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  return `${name}(${[...values.map(pythonValue), ...given.map(([key, value]) => `${key}=${pythonValue(value)}`)].join(', ')})`;
};
