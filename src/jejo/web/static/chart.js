// Time-series charts of a report or of equipment (`data-explorer`): one uPlot per signal, one shared range and cursor, data reduced on the server.
const root = document.documentElement;
const box = document.querySelector('[data-charts]');
const words = JSON.parse(box.dataset.words);
const isExplorer = 'explorer' in box.dataset; // its address holds the whole view, its server wants every range
const isTime = box.dataset.axis === 'time';
const FIRST = isTime ? 0 : 1; // people count rows from 1, the server from 0
const bands = JSON.parse(box.dataset.bands).map(([from, to, which]) => [from + FIRST, to + FIRST, which]);
const ZONE = 'Asia/Seoul';
const COLOURS = ['--c1', '--c3', '--c4', '--c2', '--c5', '--c6'];
const SYNC = uPlot.sync('report');
const TABLE_ROWS = 12;
const css = (name) => getComputedStyle(root).getPropertyValue(name).trim();
const format = (options) => new Intl.DateTimeFormat(root.lang, { timeZone: ZONE, ...options });
const FORMATS = {
  day: format({ month: 'short', day: 'numeric' }),
  month: format({ year: 'numeric', month: 'short' }),
  minute: format({ hour: 'numeric', minute: '2-digit' }),
  second: format({ hour: 'numeric', minute: '2-digit', second: '2-digit' }),
  full: format({ year: 'numeric', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit', second: '2-digit' }),
};
const number = (value) => (value == null ? '–' : value.toLocaleString(root.lang, { maximumSignificantDigits: 5 }));
const place = (x) => (isTime ? FORMATS.full.format(x * 1000) : `${number(Math.round(x))} ${words.row}`);

const charts = new Map(); // figure → { plot, data, colour, asked }
const whole = JSON.parse(box.dataset.whole).map((x) => x + FIRST); // range of the whole table: [from, to]
let range = readRange(); // shown range, null: all

function readRange() {
  if (box.dataset.range) return JSON.parse(box.dataset.range);
  const query = new URLSearchParams(location.search);
  const [from, to] = [parseFloat(query.get('from')), parseFloat(query.get('to'))];
  return from < to ? [from, to] : null;
}

const asked = () => range ?? (isExplorer ? whole : null);

function keepView() {
  const url = new URL(location);
  const ends = asked();
  for (const [i, name] of ['from', 'to'].entries()) if (ends) url.searchParams.set(name, ends[i]); else url.searchParams.delete(name);
  if (isExplorer) {
    url.searchParams.delete('signal');
    const signals = Array.from(charts.keys(), (figure) => figure.dataset.signal);
    for (const signal of signals.length ? signals : ['']) url.searchParams.append('signal', signal); // '': none, on purpose
    for (const link of box.querySelectorAll('[data-span]')) {
      const [from, to] = backBy(link);
      const isShown = Math.abs(from - ends[0]) < 0.01 && Math.abs(to - ends[1]) < 0.01;
      if (isShown) link.setAttribute('aria-current', 'true'); else link.removeAttribute('aria-current');
    }
  }
  history.replaceState(null, '', url);
  for (const link of document.querySelectorAll('a[hreflang]')) {
    const there = new URL(url);
    there.searchParams.set('lang', link.hreflang);
    link.href = there;
  }
}

// Periods count back from the last reading.
function backBy(link) {
  const [from, to] = whole;
  return [link.dataset.span ? Math.max(to - Number(link.dataset.span), from) : from, to];
}

// JJTS, version 1: 16 bytes of head, the number of points of each series, then times and values as float64.
function decode(buffer) {
  const view = new DataView(buffer);
  if (view.getUint32(0, false) !== 0x4a4a5453 || view.getUint16(4, true) !== 1) throw new Error('not a series');
  const points = view.getUint32(16, true);
  const offset = view.getUint32(12, true);
  const times = new Float64Array(buffer, offset, points).map((x) => x + FIRST);
  const values = Array.from(new Float64Array(buffer, offset + points * 8, points), (value) => (Number.isNaN(value) ? null : value));
  return [times, values];
}

// One drawing per animation frame keeps the page answering while many charts arrive.
const waiting = [];
function drawNext() {
  const job = waiting.shift();
  if (!job) return;
  job();
  if (waiting.length) requestAnimationFrame(drawNext);
}
function enqueue(job) {
  if (waiting.push(job) === 1) requestAnimationFrame(drawNext);
}

function usualOf(figure) {
  return 'low' in figure.dataset ? [Number(figure.dataset.low), Number(figure.dataset.high)] : null;
}

function drawBands(figure) {
  return (u) => {
    const { ctx } = u;
    const { left, top, width, height } = u.bbox;
    const ratio = devicePixelRatio;
    const usual = usualOf(figure);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    if (usual) {
      const [low, high] = usual.map((value) => u.valToPos(value, 'y', true));
      ctx.fillStyle = css('--usual');
      ctx.fillRect(left, high, width, Math.max(low - high, ratio));
    }
    const [band, bad] = [css('--band'), css('--bad')];
    for (const [from, to] of bands) {
      const [a, b] = [u.valToPos(from, 'x', true), u.valToPos(to, 'x', true)];
      if (b < left || a > left + width) continue;
      ctx.fillStyle = band;
      ctx.fillRect(a, top, Math.max(b - a, 2 * ratio), height);
      ctx.fillStyle = bad;
      ctx.fillRect(a, top, 1.5 * ratio, height);
    }
    ctx.restore();
  };
}

// Numbers of the anomalies, on the first chart only, above the data so that they can be read.
function drawNumbers(u) {
  const { ctx } = u;
  const { left, top, width } = u.bbox;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `650 ${12 * ratio}px ${css('--font')}`;
  let free = left;
  for (const [from, to, which] of bands) {
    const [a, b] = [u.valToPos(from, 'x', true), u.valToPos(to, 'x', true)];
    if (b < left || a > left + width) continue;
    const label = `${words.strange} ${which}`;
    const wide = ctx.measureText(label).width + 8 * ratio;
    const x = Math.max(a + wide > left + width ? a - wide : a + 2 * ratio, left);
    if (x < free) continue; // labels that would overlap: the list beside has all of them
    ctx.fillStyle = css('--surface');
    ctx.fillRect(x, top, wide, 17 * ratio);
    ctx.fillStyle = css('--bad');
    ctx.fillText(label, x + 4 * ratio, top + 13 * ratio);
    free = x + wide + 4 * ratio;
  }
  ctx.restore();
}

function ticks(u, splits, axis, space, step) {
  if (!isTime) return splits.map((value) => (Number.isInteger(value) ? number(value) : ''));
  const few = step >= 86400 * 28 ? FORMATS.month : FORMATS.day;
  if (step >= 86400) return splits.map((value) => few.format(value * 1000));
  const clock = step < 60 ? FORMATS.second : FORMATS.minute;
  let last = '';
  return splits.map((value) => {
    const day = FORMATS.day.format(value * 1000);
    const text = clock.format(value * 1000) + (day === last ? '' : `\n${day}`);
    last = day;
    return text;
  });
}

function options(figure, chart) {
  const plot = figure.querySelector('[data-plot]');
  const readout = figure.querySelector('[data-readout]');
  const usual = usualOf(figure);
  const axis = {
    stroke: css('--ink-3'), grid: { stroke: css('--grid'), width: 1 }, ticks: { show: false },
    font: `500 ${Math.round(parseFloat(getComputedStyle(root).fontSize) * 0.75)}px ${css('--font')}`,
  };
  return {
    width: plot.clientWidth,
    height: plot.clientHeight,
    padding: [6, 12, 0, 0],
    legend: { show: false },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), ZONE),
    cursor: {
      sync: { key: SYNC.key, filters: { pub: (kind) => kind === 'mousemove' || kind === 'mouseleave' } }, y: false, points: { size: 7 }, drag: { x: true, y: false, setScale: false },
      bind: { dblclick: () => () => { show(null); return null; } },
    },
    scales: {
      x: { time: isTime, range: () => range ?? whole },
      y: { range: (u, low, high) => uPlot.rangeNum(Math.min(low ?? Infinity, usual?.[0] ?? Infinity), Math.max(high ?? -Infinity, usual?.[1] ?? -Infinity), 0.08, true) },
    },
    axes: [{ ...axis, space: 84, size: 40, values: ticks }, { ...axis, size: 56, space: 32, values: (u, splits) => splits.map(number) }],
    series: [{}, { stroke: css(chart.colour), width: 1.3, points: { show: chart.data[0].length < 60, size: 4, fill: css(chart.colour) }, spanGaps: false }],
    hooks: {
      drawClear: [drawBands(figure)],
      draw: [(u) => { if (figure === box.querySelector('figure')) drawNumbers(u); drawn(figure, chart); }],
      setSelect: [(u) => {
        if (u.select.width > 4) show([u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x')]);
        u.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
      }],
      setCursor: [(u) => {
        const { idx } = u.cursor;
        readout.textContent = idx == null ? '' : `${place(u.data[0][idx])} · ${number(u.data[1][idx])} ${figure.dataset.unit}`;
      }],
    },
  };
}

// For whoever measures: from the request to the picture, with what was drawn.
function drawn(figure, chart) {
  if (chart.asked == null) return;
  const numbers = chart.data[1].filter((value) => value !== null);
  performance.measure('jejo:chart', {
    start: chart.asked, end: performance.now(),
    detail: { signal: figure.dataset.signal, points: numbers.length, max: numbers.reduce((a, b) => Math.max(a, b), -Infinity) },
  });
  chart.asked = null;
}

function draw(figure) {
  const chart = charts.get(figure);
  if (!chart?.data) return;
  const plot = figure.querySelector('[data-plot]');
  chart.plot?.destroy();
  chart.plot = null;
  plot.textContent = '';
  if (!chart.data[0].length) {
    plot.textContent = words.none;
    plot.dataset.state = 'empty';
    return;
  }
  plot.dataset.state = 'drawn';
  chart.plot = new uPlot(options(figure, chart), chart.data, plot);
  fillTable(figure);
}

// What the server knows of the shown span: its usual range, and how many readings became how many points.
function tell(figure, chart, head) {
  if (!head.has('X-Usual')) return;
  const usual = head.get('X-Usual').split(' ');
  if (usual.length === 2) [figure.dataset.low, figure.dataset.high] = usual;
  else { delete figure.dataset.low; delete figure.dataset.high; }
  figure.querySelector('[data-usual]').textContent = usualText(figure.dataset);
  const readings = Number(head.get('X-Readings'));
  const points = chart.data[1].filter((value) => value !== null).length;
  const text = points < readings ? words.reduced : words.complete;
  figure.querySelector('[data-drawn]').textContent = readings ? text.replace('%a', readings.toLocaleString(root.lang)).replace('%b', points.toLocaleString(root.lang)) : '';
}

function usualText({ low, high }) {
  return low === undefined ? '' : words.usual.replace('%a', number(Number(low))).replace('%b', number(Number(high)));
}

async function load(figure) {
  const chart = charts.get(figure);
  const plot = figure.querySelector('[data-plot]');
  chart.stop?.abort();
  chart.stop = new AbortController();
  const query = new URLSearchParams({ signal: figure.dataset.signal, width: String(Math.max(Math.min(Math.round(plot.clientWidth * devicePixelRatio), 4000), 200)) });
  const ends = asked();
  if (ends) { query.set('from', ends[0] - FIRST); query.set('to', ends[1] - FIRST); }
  chart.asked = performance.now();
  try {
    const answer = await fetch(`${box.dataset.source}?${query}`, { signal: chart.stop.signal, priority: 'high' });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    chart.data = decode(await answer.arrayBuffer());
    tell(figure, chart, answer.headers);
  } catch (error) {
    if (error.name === 'AbortError') return;
    plot.textContent = words.failed;
    plot.dataset.state = 'failed';
    return;
  }
  enqueue(() => draw(figure));
}

function show(next) {
  if (next) {
    const [low, high] = whole;
    const wide = Math.min(Math.max(next[1] - next[0], isTime ? 0.01 : 2), high - low);
    const from = Math.min(Math.max(next[0], low), high - wide);
    next = wide >= high - low ? null : [from, from + wide];
  }
  range = next;
  keepView();
  for (const figure of charts.keys()) load(figure);
}

function zoom(how) {
  if (how === 'all') { show(null); return; }
  const [from, to] = range ?? whole;
  const wide = to - from;
  const changes = { in: [wide / 4, -wide / 4], out: [-wide / 2, wide / 2], back: [-wide / 3, -wide / 3], on: [wide / 3, wide / 3] };
  const [a, b] = changes[how];
  show([from + a, to + b]);
}

function fillTable(figure) {
  const table = figure.querySelector('[data-values]');
  const { data } = charts.get(figure) ?? {};
  if (!data || !table.closest('details').open) return;
  const [times, values] = data;
  const [from, to] = range ?? whole;
  const rows = Array.from({ length: TABLE_ROWS }, (_, i) => ({ from: from + ((to - from) * i) / TABLE_ROWS, low: null, high: null }));
  for (let i = 0; i < times.length; i += 1) {
    const value = values[i];
    if (value === null) continue;
    const row = rows[Math.min(Math.floor(((times[i] - from) / (to - from)) * TABLE_ROWS), TABLE_ROWS - 1)];
    if (!row) continue;
    row.low = row.low === null ? value : Math.min(row.low, value);
    row.high = row.high === null ? value : Math.max(row.high, value);
  }
  table.tBodies[0].replaceChildren(...rows.map((row) => {
    const line = document.createElement('tr');
    for (const [i, text] of [place(row.from), number(row.low), number(row.high)].entries()) {
      const cell = line.insertCell();
      cell.textContent = text;
      if (i) cell.className = 'num r';
    }
    return line;
  }));
  table.hidden = false;
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    load(target);
  }
}, { rootMargin: '300px' });

const sized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const chart = charts.get(target.closest('figure'));
    if (chart?.plot && (chart.plot.width !== target.clientWidth || chart.plot.height !== target.clientHeight)) {
      chart.plot.setSize({ width: target.clientWidth, height: target.clientHeight });
    }
  }
});

const KEYS = { ArrowLeft: 'back', ArrowRight: 'on', '+': 'in', '=': 'in', '-': 'out', 0: 'all', Escape: 'all' };
function add(figure) {
  charts.set(figure, { plot: null, data: null, asked: null, colour: COLOURS[charts.size % COLOURS.length] });
  const plot = figure.querySelector('[data-plot]');
  plot.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
    event.preventDefault();
    zoom(KEYS[event.key]);
  });
  figure.querySelector('details').addEventListener('toggle', () => fillTable(figure));
  seen.observe(figure);
  sized.observe(plot);
}

function addFor(choice) {
  const figure = box.querySelector('[data-figure]').content.firstElementChild.cloneNode(true);
  const { add: signal, name = signal, unit, low, high, latest } = choice.dataset;
  figure.dataset.signal = signal;
  figure.dataset.unit = unit;
  if (low !== undefined) Object.assign(figure.dataset, { low, high });
  for (const spot of figure.querySelectorAll('[data-name]')) spot.textContent = name;
  figure.querySelector('[data-unit-shown]').textContent = name.includes(unit) ? '' : unit;
  figure.querySelector('[data-usual]').textContent = usualText(figure.dataset);
  if (latest) figure.querySelector('[data-last]').textContent = latest;
  const plot = figure.querySelector('[data-plot]');
  plot.setAttribute('aria-label', plot.dataset.label.replace('%s', name));
  box.querySelector('[data-added]').append(figure);
  add(figure);
}

function remove(figure) {
  const chart = charts.get(figure);
  chart.stop?.abort();
  chart.plot?.destroy();
  charts.delete(figure);
  figure.remove();
}

for (const figure of box.querySelectorAll('figure')) add(figure);
box.addEventListener('click', (event) => {
  const button = event.target.closest('[data-zoom]');
  if (button) zoom(button.dataset.zoom);
  const period = event.target.closest('[data-span]');
  if (!period || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(backBy(period));
});
box.addEventListener('change', (event) => {
  const choice = event.target.closest('[data-add]');
  if (!choice) return;
  if (choice.checked) addFor(choice);
  else for (const figure of box.querySelectorAll('[data-added] figure')) if (figure.dataset.signal === choice.dataset.add) remove(figure);
  if (isExplorer) keepView();
});
document.addEventListener('jejo:look', () => { for (const figure of charts.keys()) enqueue(() => draw(figure)); });
