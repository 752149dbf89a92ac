/** Who answers, for this tab and session only: a number that says nothing but that two answers come from one page. */
const VOTER = 'copyscope.voter';
const GIVEN = 'copyscope.given';

let here = { voter: '', given: '' }; // where storage is switched off

const read = (key, name) => {
  try {
    return sessionStorage.getItem(key) ?? here[name];
  } catch {
    return here[name];
  }
};

const write = (key, name, text) => {
  here = { ...here, [name]: text };
  try {
    sessionStorage.setItem(key, text);
  } catch { /* it holds until the page is loaded again */ }
};

/** 32 hex digits. */
export function voter() {
  const known = read(VOTER, 'voter');
  if (/^[0-9a-f]{32}$/.test(known)) return known;
  const made = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  write(VOTER, 'voter', made);
  return made;
}

/** What this page answered to a question, or -1. @param {number} serial */
export function given(serial) {
  const [of, choice] = read(GIVEN, 'given').split(' ').map(Number);
  return of === serial && Number.isInteger(choice) ? choice : -1;
}

/** @param {number} serial @param {number} choice */
export const give = (serial, choice) => write(GIVEN, 'given', `${serial} ${choice}`);
