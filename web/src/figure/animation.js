/** Figures one after the other, as one SVG that plays by itself, for ever. */

/**
 * @param {string[]} frames texts of SVGs @param {number} seconds that each is shown
 * @returns {string}
 */
export default function animation(frames, seconds = 1) {
  const sizes = frames.map((text) => ['width', 'height'].map((name) => Number(new RegExp(`<svg[^>]* ${name}="([\\d.]+)"`).exec(text)?.[1] ?? 0)));
  const [width, height] = [0, 1].map((i) => Math.max(...sizes.map((size) => size[i])));
  const whole = frames.length * seconds;
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<rect width="${width}" height="${height}" fill="#ffffff"/>
${frames.map((text, i) => `<g display="${i ? 'none' : 'inline'}">${shown(i, frames.length, whole)}${alone(text, i)}</g>`).join('\n')}
</svg>
`;
}

/** When frame i is to be seen. */
function shown(i, count, whole) {
  if (count === 1) return '';
  const [values, times] = i ? [['none', 'inline', 'none'], [0, i / count, (i + 1) / count]] : [['inline', 'none'], [0, 1 / count]];
  if (times[times.length - 1] >= 1) {
    values.pop();
    times.pop();
  }
  return `<animate attributeName="display" values="${values.join(';')}" keyTimes="${times.map((time) => Math.round(time * 1e5) / 1e5).join(';')}" dur="${whole}s" calcMode="discrete" repeatCount="indefinite"/>`;
}

/** A frame without its prologue, its names its own. */
function alone(text, i) {
  return text.replace(/^<\?xml[^>]*\?>\s*/, '').replace(/(id="|url\(#)(clip-)/g, `$1f${i}-$2`);
}
