import { existsSync, readFileSync } from 'node:fs';

/** One setting: from the environment, else from the settings file, which the local host writes or a person does. */
export function settingsFrom(...files) {
  const file = files.find(existsSync);
  const values = file ? JSON.parse(readFileSync(file, 'utf8')).Values ?? {} : {};
  return (name, fallback) => {
    const value = process.env[name] || values[name] || fallback;
    if (!value) throw new Error(`The setting ${name} is neither in the environment nor in ${files.join(' or ')}.`);
    return value;
  };
}
