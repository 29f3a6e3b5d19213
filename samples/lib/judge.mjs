// What an import must say of each row, by the rules that samples/README.md tells. It judges what the generator meant,
// not what it wrote, so that a fault in reading the file cannot hide here too.

export class Judge {
  #emails = new Set();
  #phones = new Set();
  #rows = 0;
  #created = 0;
  #byCode = {};

  /** Counts a row. `email` and `phone` are as they compare (lower case, E.164); '' is none, null is unusable. */
  read(row) {
    this.#rows++;
    const code = this.#fault(row) ?? this.#repeat(row);
    if (code === null) this.#created++;
    else this.#byCode[code] = (this.#byCode[code] ?? 0) + 1;
  }

  #fault({ name, email, phone, extra }) {
    if (extra.some(cell => cell !== '')) return 'wrong-field-count';
    if (name.trim() === '') return 'missing-name';
    if (email === '') return 'missing-email';
    if (email === null) return 'invalid-email';
    if (phone === null) return 'invalid-phone';
    return null;
  }

  #repeat({ email, phone }) {
    const key = email.toLowerCase();
    if (this.#emails.has(key)) return 'duplicate';
    this.#emails.add(key);
    if (phone === '') return null;
    if (this.#phones.has(phone)) return 'duplicate-phone';
    this.#phones.add(phone);
    return null;
  }

  counts() {
    const byCode = Object.fromEntries(Object.entries(this.#byCode).sort(([a], [b]) => a.localeCompare(b)));
    const rejected = Object.values(byCode).reduce((sum, n) => sum + n, 0);
    return { rows: this.#rows, created: this.#created, rejected, byCode, updated: 0, unchanged: 0, skipped: 0 };
  }
}
