/** What a pickle stands for, as plain data: numbers, containers, objects whose class is a name, and tensors. */

/** A name of a class or function, which is never looked up. */
export interface PickleName {
  readonly kind: 'name';
  /** `collections.OrderedDict` */
  readonly name: string;
}

/** A list; it grows after it was put elsewhere. */
export interface PickleList {
  readonly kind: 'list';
  readonly items: PickleValue[];
}

/** A tuple, or what is left of a set. */
export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

/** A dict of whatever class. */
export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: Map<PickleValue, PickleValue>;
}

/** An object of a class that is not known here: what it holds, none of what it does. */
export interface PickleObject {
  readonly kind: 'object';
  /** Of its class. */
  readonly name: string;
  /** Attributes by name. */
  readonly state: Map<PickleValue, PickleValue>;
  /** Of a class that is a dict or a list. */
  readonly entries: Map<PickleValue, PickleValue>;
}

/** Kinds of numbers that PyTorch and safetensors store. */
export type ElementType =
  | 'float64'
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'bool';

/** Numbers in a row that tensors look into. */
export interface TorchStorage {
  readonly kind: 'storage';
  /** Of its bytes in the file. */
  readonly key: string;
  readonly type: ElementType;
  /** Numbers in it, as the file states. */
  readonly count: number;
  /** Where in another storage it begins, in numbers. */
  readonly offset: number;
}

/** A tensor: which numbers of a storage it has, in which order. */
export interface TorchTensor {
  readonly kind: 'tensor';
  readonly storage: TorchStorage;
  /** Kind of its numbers, which an untyped storage does not tell. */
  readonly type: ElementType;
  readonly offset: number;
  readonly dims: readonly number[];
  /** Numbers from one index to the next, of each axis. */
  readonly strides: readonly number[];
}

/** Anything that a pickle holds. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleName
  | PickleList
  | PickleTuple
  | PickleDict
  | PickleObject
  | TorchStorage
  | TorchTensor;

type Kinds = Extract<PickleValue, { readonly kind: string }>;

/** Whether a value is of that kind. */
export const isKind = <K extends Kinds['kind']>(
  value: PickleValue | undefined,
  kind: K,
): value is Extract<Kinds, { readonly kind: K }> =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;

/** Items of a list or a tuple; null of anything else. */
export const itemsOf = (value: PickleValue | undefined): readonly PickleValue[] | null =>
  isKind(value, 'list') || isKind(value, 'tuple') ? value.items : null;
