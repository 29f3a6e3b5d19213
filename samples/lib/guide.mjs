// Leads through the tour: sends requests, prints them with their answers, and stops at the first wrong one.

import { inspect, isDeepStrictEqual } from 'node:util';

const answerShown = 300;

/** Something was not as it must be; the message says what. */
export class Wrong extends Error {}

export class Guide {
  checks = 0;
  #base;
  #paint;

  constructor(base, paint = process.stdout.isTTY) {
    this.#base = base;
    this.#paint = (code, text) => (paint ? `\u001b[${code}m${text}\u001b[0m` : text);
  }

  step(title) { console.log(`\n${this.#paint(1, title)}`); }

  say(text) { console.log(`  ${text}`); }

  /** Sends a request, prints it, and checks the answer's status. `body` is JSON unless it is bytes. */
  async call(method, path, { key, body, headers = {}, status = 200, quiet = false, hide = [] } = {}) {
    const bytes = body instanceof Uint8Array;
    const text = body === undefined || bytes ? body : JSON.stringify(body);
    const sent = { ...(key && { 'x-api-key': key }), ...headers };
    if (body !== undefined) sent['content-type'] ??= bytes ? 'text/csv' : 'application/json';
    const started = performance.now();
    const response = await this.#send(path, { method, headers: sent, body: text });
    const answer = await readAnswer(response);
    const took = Math.round(performance.now() - started);
    const wanted = [status].flat();
    if (!quiet || !wanted.includes(response.status))
      this.#print({ method, path, headers, text, response, answer, took, hide });
    if (!wanted.includes(response.status))
      throw new Wrong(`${method} ${path}: status ${response.status}, expected ${wanted.join(' or ')}\n${show(answer)}`);
    return { status: response.status, headers: response.headers, body: answer };
  }

  /** Checks that a value is exactly what it must be. */
  equal(what, actual, expected) {
    if (!isDeepStrictEqual(actual, expected))
      throw new Wrong(`${what}\n    expected ${show(expected)}\n    actual   ${show(actual)}`);
    this.#pass(`${what}: ${show(actual)}`);
  }

  /** Checks that something holds; `evidence` is printed when it does not. */
  holds(what, condition, evidence) {
    if (!condition) throw new Wrong(evidence === undefined ? what : `${what}\n    but ${show(evidence)}`);
    this.#pass(what);
  }

  /** Asks again and again until `ask` answers something other than undefined, and fails after the deadline. */
  async wait(what, ask, { seconds = 30, everyMs = 250 } = {}) {
    const deadline = performance.now() + seconds * 1000;
    for (;;) {
      const found = await ask();
      if (found !== undefined) return found;
      if (performance.now() > deadline) throw new Wrong(`${what}: not within ${seconds} s`);
      await new Promise(resolve => setTimeout(resolve, everyMs));
    }
  }

  async #send(path, request) {
    try {
      return await fetch(`${this.#base}${path}`, request);
    } catch (fault) {
      throw new Wrong(`${this.#base} does not answer (${fault.cause?.code ?? fault.message}).`
        + ' Start the app first: dotnet run --project local/Host');
    }
  }

  #pass(text) {
    this.checks++;
    console.log(`  ${this.#paint(32, '✓')} ${shorten(text)}`);
  }

  #print({ method, path, headers, text, response, answer, took, hide }) {
    const options = Object.entries(headers).map(([name, value]) => ` -H '${name}: ${value}'`).join('');
    const data = text === undefined ? '' : typeof text === 'string' ? ` -d '${text}'` : ` -T <${text.length} bytes>`;
    console.log(`  ${this.#paint(36, `curl -X ${method} ${this.#base}${path}${options}${data}`)}`);
    let shown = typeof answer === 'string' ? answer : JSON.stringify(answer) ?? '';
    for (const secret of hide) shown = shown.replaceAll(answer?.[secret] ?? '\0', '…');
    console.log(this.#paint(2, `  → ${response.status} ${shorten(shown)} (${took} ms)`));
  }
}

async function readAnswer(response) {
  const text = await response.text();
  return /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
}

function shorten(text) {
  return text.length <= answerShown ? text : `${text.slice(0, answerShown)}… (${text.length} characters)`;
}

function show(value) {
  return inspect(value, { depth: 6, breakLength: 110, maxStringLength: 2000 });
}
