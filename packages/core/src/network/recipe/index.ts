/** The recipe: its table of fields, and what follows from it. */

export { parseRecipe } from './schema.ts';
export {
  type RecipeSettings,
  recipeSettings,
  type Setting,
  settingsBetween,
  settingsIn,
  settingValue,
  withSettings,
} from './settings.ts';
export {
  optionName,
  type RecipeFact,
  readSetting,
  recipeFacts,
  settingEntries,
  settingSchema,
  settingsSchema,
  settingText,
  settingWords,
} from './words.ts';
