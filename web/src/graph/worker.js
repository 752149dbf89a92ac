/* The arranger's other half: chooses and lays out, off the page's thread. */
import { best } from './layout.js';

self.onmessage = ({ data }) => self.postMessage({ id: data.id, ...best(data.plans, data.room) });
