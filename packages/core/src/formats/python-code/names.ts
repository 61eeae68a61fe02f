/** Names of layers as names of Python: of attributes of a module and of variables. */

const KEYWORDS =
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield match case type';
/** Names of the written files themselves. */
const OURS =
  'self x label images torch nn F keras layers ops Path load_file sample channels_first channels_last load Encoder Decoder Classifier Autoencoder encoder decoder image code super float tuple print';
/** Attributes of `nn.Module`. */
const MODULE =
  'add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to to_empty train training xpu zero_grad T_destination';

const RESERVED = new Set([KEYWORDS, OURS, MODULE].flatMap((words) => words.split(' ')));

/** A name of Python that is like `name`. */
const identifierOf = (name: string): string => {
  const plain = name.replace(/\W/g, '_');
  return RESERVED.has(plain) ? `${plain}_layer` : plain;
};

/** A name of Python for each name, no two alike; those that are names of Python already stay what they are. */
export const identifiersOf = (names: readonly string[]): ReadonlyMap<string, string> => {
  const given = new Map<string, string>();
  const taken = new Set<string>();
  const asThey = names.filter((name) => identifierOf(name) === name);
  for (const name of [...asThey, ...names]) {
    if (given.has(name)) continue;
    let [identifier, count] = [identifierOf(name), 1];
    for (; taken.has(identifier); count++) identifier = `${identifierOf(name)}_${count}`;
    taken.add(identifier);
    given.set(name, identifier);
  }
  return given;
};

/** The name of a Python file without its ending; it begins with a letter and is none of Python's own modules. */
export const moduleName = (id: string, program: string): string => {
  const plain = `${id.replace(/\W/g, '_')}_${program}`;
  return /^\d/.test(plain) ? `network_${plain}` : plain;
};
