// What is shown of the tables, and texts. Pure: `node --test` runs it.

// The tables that can be played at, the fullest first; of two alike, by name.
export function open(tables) {
  return tables.filter(({ online }) => online)
    .sort((one, other) => other.seated - one.seated || (one.name < other.name ? -1 : 1));
}

// A text of the catalogue. Given `count`, in the plural form that the language has for it.
export function say({ locale, messages }, id, values = {}) {
  const entry = messages[id] ?? id;
  const form = typeof entry == 'string' ? entry : entry[new Intl.PluralRules(locale).select(values.count)] ?? entry.other;
  const number = (value) => typeof value == 'number' ? new Intl.NumberFormat(locale).format(value) : value;
  return form.replace(/\{(\w+)\}/g, (hole, name) => name in values ? number(values[name]) : hole);
}
