/** The Teach layout: which view goes into which pane of index.html. */
import callStack from './callStack.js';
import cam from './cam.js';
import memoTable from './memoTable.js';
import narration from './narration.js';
import objectGraph from './objectGraph.js';
import source from './source.js';
import timeline from './timeline.js';

export default { source, stack: callStack, objects: objectGraph, narration, memo: memoTable, cam, timeline };
