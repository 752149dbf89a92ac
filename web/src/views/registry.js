/** The views by their id: what makes each, and the key of its name in the strings. */
import ast from './ast.js';
import blockDiagram from './blockDiagram.js';
import breakEven from './breakEven.js';
import bytecode from './bytecode.js';
import callStack from './callStack.js';
import cam from './cam.js';
import compare from './compare.js';
import dispatchTable from './dispatchTable.js';
import eventList from './eventList.js';
import flameGraph from './flameGraph.js';
import memoTable from './memoTable.js';
import memoryMap from './memoryMap.js';
import meters from './meters.js';
import narration from './narration.js';
import notes from './notes.js';
import objectGraph from './objectGraph.js';
import race from './race.js';
import source from './source.js';
import timeline from './timeline.js';
import waveform from './waveform.js';

/** @type {Record<string, (context: any) => any>} */
export default {
  source, stack: callStack, objects: objectGraph, narration, memo: memoTable, cam, timeline, events: eventList, flame: flameGraph, breakEven, race,
  blockDiagram, dispatchTable, meters, bytecode, ast, memoryMap,
  compare, notes, waveform,
};
