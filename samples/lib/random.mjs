// Chance that is the same everywhere: a 32-bit xorshift, seeded by FNV-1a over a text.

/** 32 bits over a text. */
export function hashOf(text) {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, 'utf8')) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

export class Random {
  #state;

  constructor(seed) { this.#state = seed >>> 0 || 1; }

  /** A whole number from 0 and less than `limit`. */
  below(limit) {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  pick(list) { return list[this.below(list.length)]; }
}
