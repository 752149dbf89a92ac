import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromBase64 } from '../../web/src/carried.js';
import pageWith, { pageSize, toBase64 } from '../../web/src/export/page.js';
import animation from '../../web/src/figure/animation.js';
import { colorOf, legal, painted, stroked } from '../../web/src/figure/paint.js';
import { chosen } from '../../web/src/presets.js';

test('colours of a style sheet become those that every reader of SVG knows', () => {
  assert.deepEqual(colorOf('rgb(255, 0, 16)'), { color: '#ff0010', alpha: 1 });
  assert.deepEqual(colorOf('rgba(0, 0, 0, 0.25)'), { color: '#000000', alpha: 0.25 });
  assert.deepEqual(colorOf('color(srgb 1 0.5 0 / 0.5)'), { color: '#ff8000', alpha: 0.5 });
  assert.deepEqual(colorOf('#ABC'), { color: '#aabbcc', alpha: 1 });
  for (const none of ['none', 'transparent', 'rgba(0, 0, 0, 0)', 'url(#x)', '']) assert.equal(colorOf(none), null, none);
  assert.deepEqual(painted('fill', 'rgba(0, 0, 255, 0.5)', 0.5), { fill: '#0000ff', 'fill-opacity': 0.25 });
  assert.deepEqual(painted('stroke', 'none'), { stroke: 'none' });
});

test('a stroke that does not scale is written in the units of its shape', () => {
  const style = { stroke: 'rgb(0, 0, 0)', strokeOpacity: '1', strokeWidth: '2px', strokeDasharray: '4px, 2px', strokeLinecap: 'round', strokeLinejoin: 'miter', paintOrder: 'normal', vectorEffect: 'non-scaling-stroke' };
  assert.deepEqual(stroked(style, 2), { stroke: '#000000', 'stroke-width': 1, 'stroke-dasharray': '2 1', 'stroke-linecap': 'round' });
  assert.equal(stroked({ ...style, vectorEffect: 'none' }, 2)['stroke-width'], 2);
  assert.deepEqual(stroked({ ...style, stroke: 'none' }, 1), {});
});

test('what XML has no letter for is replaced, what it has stays', () => {
  assert.equal(legal('a\0b\u001bc\ud800d\uffff<&>"\t\n\u{1f600}é'), 'a\ufffdb\ufffdc\ufffdd\ufffd<&>"\t\n\u{1f600}é');
});

test('a page with a recording has it byte for byte, and nothing in its choices ends a script', () => {
  const bytes = Uint8Array.from({ length: 100003 }, (_, i) => (i * 31) & 255);
  const template = '<html><!--recording--><script>1</script></html>';
  const text = pageWith(template, bytes, { name: '</script><!--', step: 3, views: ['objects'] }).join('');
  const [, choices] = /id="carried">(.*?)<\/script>/.exec(text);
  assert.ok(!choices.includes('<'));
  assert.deepEqual(JSON.parse(choices), { name: '</script><!--', step: 3, views: ['objects'] });
  assert.deepEqual(fromBase64(/id="recording">([A-Za-z0-9+/=]*)<\/script>/.exec(text)[1]), bytes);
  assert.equal(pageSize(0, bytes.length), [...toBase64(bytes)].join('').length);
  assert.throws(() => pageWith('<html></html>', bytes, { name: '', step: 1, views: [] }), /no place/);
});

test('an animation shows each frame in its turn, one at a time, and names of frames do not meet', () => {
  const frame = (n) => `<?xml version="1.0"?>\n<svg xmlns="x" width="${100 + n}" height="50"><clipPath id="clip-a-0"/><g clip-path="url(#clip-a-0)">${n}</g></svg>`;
  const text = animation([frame(0), frame(1), frame(2)], 2);
  assert.match(text, /width="102" height="50"/);
  assert.deepEqual([...text.matchAll(/id="([^"]+)"/g)].map(([, id]) => id), ['f0-clip-a-0', 'f1-clip-a-0', 'f2-clip-a-0']);
  const turns = [...text.matchAll(/values="([^"]+)" keyTimes="([^"]+)" dur="6s"/g)].map(([, values, times]) => [values.split(';'), times.split(';').map(Number)]);
  for (const second of [0, 1.9, 2, 3.9, 4, 5.9]) {
    const seen = turns.map(([values, times]) => values[times.findLastIndex((time) => time <= second / 6 + 1e-4)]);
    assert.deepEqual(seen.map((value, i) => (value === 'inline' ? i : -1)).filter((i) => i >= 0), [Math.floor(second / 2)]);
  }
  assert.ok(!animation([frame(0)]).includes('<animate'));
});

test('views that are chosen stand side by side, the narration below; a name that is none is left out', () => {
  const has = (id) => ['objects', 'memo', 'narration', 'timeline'].includes(id);
  assert.deepEqual(chosen(['teach'], has), []);
  const [one] = chosen(['memo', 'nonsense', 'objects', 'narration'], has);
  assert.deepEqual(one.main.parts.map((part) => ('views' in part ? part.views : part.parts.map(({ views }) => views[0]))), [['memo', 'objects'], ['narration']]);
  assert.equal(one.timeline, false);
  assert.equal(chosen(['timeline'], has)[0].timeline, true);
});
