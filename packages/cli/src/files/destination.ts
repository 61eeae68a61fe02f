/**
 * The arguments that name what is written: each is declared here, and so checked as it is read.
 *
 * What writes takes a `Destination`, which nothing else makes: a new command cannot forget the check. The declarations
 * are kept, so that a test can go through all of them.
 */
import { basename, extname } from 'node:path';
import { inputError } from 'latent-plane/internal';
import { type DestinationKind, requireAllowed } from './path-rules.ts';

declare const checked: unique symbol;

/** A path that was checked: it may be written, as far as could be seen when the arguments were read. */
export type Destination = string & { readonly [checked]: true };

export type DestinationParser = (text: string) => Destination;

export interface Declaration {
  readonly option: string;
  /** `path`: a file or a folder, by what its name ends in. */
  readonly writes: DestinationKind | 'path';
  /** What the name of a file ends in, with the dot. */
  readonly endings: readonly string[];
}

const declarations = new WeakMap<DestinationParser, Declaration>();

/** What a parser of commander was declared as; undefined for one that names nothing to write. */
export const declarationOf = (parser: unknown): Declaration | undefined =>
  typeof parser === 'function' ? declarations.get(parser as DestinationParser) : undefined;

const declare = (declaration: Declaration, parse: (text: string) => string): DestinationParser => {
  // The one place where a checked path gets its type.
  const parser = (text: string): Destination => parse(text) as Destination;
  declarations.set(parser, declaration);
  return parser;
};

/**
 * A parser for commander of a file to write.
 *
 * @param offered - what its name may end in, with the dot.
 * @throws LatentError (input) from the parser: as `requireAllowed`, and `file-type`.
 */
export const outputFile = (option: string, offered: readonly string[]): DestinationParser =>
  declare({ option, writes: 'file', endings: offered }, (text) => {
    const path = requireAllowed({ option, text, kind: 'file' });
    const got = extname(path).toLowerCase();
    if (offered.includes(got)) return path;
    throw inputError('file-type', {
      at: { option, file: path },
      expected: `a file that ends in ${offered.join(' or ')}`,
      got: `"${got}"`,
      hint: `such as ${basename(text, extname(text)).slice(0, 40)}${offered[0]}`,
    });
  });

/** A parser for commander of a folder to make. */
export const outputFolder = (option: string): DestinationParser =>
  declare({ option, writes: 'folder', endings: [] }, (text) => requireAllowed({ option, text, kind: 'folder' }));

/**
 * A parser for commander of a file or a folder to make.
 *
 * @param files - what the name of a file ends in, with the dot; any other is a folder's.
 */
export const outputPath = (option: string, files: readonly string[]): DestinationParser =>
  declare({ option, writes: 'path', endings: files }, (text) => {
    const kind = files.includes(extname(text).toLowerCase()) ? 'file' : 'folder';
    return requireAllowed({ option, text, kind });
  });

/** A parser for commander of a folder that an earlier command made, and that this one continues with. */
export const ownFolder = (option: string): DestinationParser =>
  declare({ option, writes: 'own-folder', endings: [] }, (text) =>
    requireAllowed({ option, text, kind: 'own-folder' }),
  );

/** A parser of the folder of a cache. */
export const cacheFolderIn = (option: string): DestinationParser =>
  declare({ option, writes: 'cache', endings: [] }, (text) => requireAllowed({ option, text, kind: 'cache' }));
