// CSV as RFC 4180 tells it, with the separator that the first line uses most.

/** Records of fields. Blank lines are left out; a byte order mark is skipped. */
export function parseCsv(text) {
  if (text.startsWith('\ufeff')) text = text.slice(1);
  const separator = separatorOf(text);
  const records = [];
  let record = [], field = '', quoted = false, touched = false;
  const endField = () => { record.push(field); field = ''; touched = false; };
  const endRecord = () => {
    const blank = record.length === 0 && field === '' && !touched;
    endField();
    if (!blank) records.push(record);
    record = [];
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') field += text[++i];
      else quoted = false;
    } else if (c === '"' && field === '') quoted = touched = true;
    else if (c === separator) endField();
    else if (c === '\n') endRecord();
    else if (c !== '\r' || text[i + 1] !== '\n') field += c;
  }
  if (field !== '' || touched || record.length > 0) endRecord();
  return records;
}

function separatorOf(text) {
  const first = text.slice(0, text.search(/\r|\n|$/));
  return [',', ';', '\t', '|'].reduce((best, c) => first.split(c).length > first.split(best).length ? c : best);
}
