import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

Object.defineProperty(globalThis, 'navigator', { value: { languages: ['vi-VN', 'en'] }, configurable: true });
Object.defineProperty(globalThis, 'localStorage', { value: { getItem: () => null, setItem() {} }, configurable: true });
const { LANGUAGES, STRINGS, default: translator, preferred } = await import('../../web/src/strings/index.js');

const SRC = new URL('../../web/src/', import.meta.url);
const files = readdirSync(SRC, { recursive: true }).filter((file) => String(file).endsWith('.js') && !String(file).startsWith('strings/'));

test('each language has the same keys, none of them empty', () => {
  const [first, ...others] = LANGUAGES.map(([language]) => language);
  const keys = Object.keys(STRINGS[first]).sort();
  for (const language of others) assert.deepEqual(Object.keys(STRINGS[language]).sort(), keys, language);
  for (const [language] of LANGUAGES) for (const key of keys) assert.ok(STRINGS[language][key] !== '', `${language} ${key}`);
});

test('each language names the same parameters', () => {
  const parameters = (text) => [...new Set([...JSON.stringify(text).matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort().join();
  for (const key of Object.keys(STRINGS.en)) assert.equal(parameters(STRINGS.vi[key]), parameters(STRINGS.en[key]), key);
});

test('each key that the page asks for is there', () => {
  for (const file of files) {
    const text = readFileSync(new URL(String(file), SRC), 'utf8');
    for (const [, key] of text.matchAll(/\bt\('([\w.]+)'/g)) assert.ok(key in STRINGS.en, `${file}: ${key}`);
    for (const [, key] of text.matchAll(/\btext: '([a-z]+\.[\w.]+)'/g)) assert.ok(key in STRINGS.en, `${file}: ${key}`);
  }
});

test('the browser\'s language is taken, numbers and plurals are the language\'s', () => {
  assert.equal(preferred(), 'vi');
  assert.equal(translator('en')('transport.of', { n: 12345 }), 'of 12,345');
  assert.equal(translator('vi')('transport.of', { n: 12345 }), 'trên 12.345');
  assert.equal(translator('en')('no.such.key'), 'no.such.key');
});
