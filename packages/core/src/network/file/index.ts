/** Networks and recipes as files that people write. */
export { type NetworkFile, parseNetworkFile } from './read.ts';
export { parseRecipeFile, type WrittenRecipe } from './recipe.ts';
export { networkFileJsonSchema, recipeFileJsonSchema, settingJsonSchema } from './schema.ts';
export { formatNetworkFile, type NetworkFileOptions } from './write.ts';
