/** The recipe: its table of fields, and what follows from it. */

export { parseRecipe, recipeWithCurrentNames, tableFields } from './schema.ts';
export {
  currentSettingName,
  firstSettingName,
  type RecipeSettings,
  recipeSettings,
  type Setting,
  saidTwice,
  settingsBetween,
  settingsIn,
  settingValue,
  withCurrentSettingNames,
  withSettings,
} from './settings.ts';
export {
  optionName,
  type RecipeFact,
  readSetting,
  recipeFacts,
  settingSchema,
  settingsBeside,
  settingsSchema,
  settingText,
  settingWords,
} from './words.ts';
