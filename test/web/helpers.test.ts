import Handlebars from 'handlebars'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { Temporal } from 'temporal-polyfill'
import { bytes, initials, plural, registerHelpers, shortHash, visible } from '../../server/web/helpers.ts'
import { labelOf, states } from '../../server/web/states.ts'
import { writeAgo, writeDate, writeDateTime, writeMachine, zoneChoices } from '../../server/web/times.ts'
import { drawSprite } from '../support/sprite.ts'

const handlebars = Handlebars.create()
registerHelpers(handlebars)
const render = (template: string, model: object = {}) => handlebars.compile(template, { strict: true })(model)
const zone = 'America/New_York'

t.test('the sprite is drawn from the list of icons', async (t) => {
  t.equal(readFileSync(new URL('../../static/icons.svg', import.meta.url), 'utf8'), drawSprite(), 'run "npm run icons" after a change')
})

t.test('an icon is decoration or speaks, and an unknown one fails', async (t) => {
  t.match(render("{{icon 'lock'}}"), /^<svg class="icon" aria-hidden="true"><use href="\/static\/icons\.svg\?v=[0-9a-f]+#i-lock"\/><\/svg>$/)
  t.match(render("{{icon 'thread' label=words}}", { words: '2 "new"' }), 'role="img" aria-label="2 &quot;new&quot;"')
  t.throws(() => render("{{icon name}}", { name: 'constructor' }))
})

t.test('every state has its word beside its icon, and no other state can be written', async (t) => {
  for (const [kind, words] of Object.entries(states)) {
    for (const [name, label] of Object.entries(words)) {
      const html = render('{{state kind name}}', { kind, name })
      t.match(html, `${label.word}</span>`)
      t.match(html, `class="${kind === 'health' ? 'flag' : 'state'} ${label.tone}"`)
    }
  }
  t.equal(labelOf('request', 'client_review').word, 'Client review')
  t.match(render("{{state 'cell' 'stale' word='Stale: <evidence>'}}"), 'Stale: &lt;evidence&gt;')
  for (const [kind, name] of [['request', 'toString'], ['constructor', 'open'], ['cell', 'passed']]) t.throws(() => render('{{state kind name}}', { kind, name }))
})

t.test('a moment is the same in words and in the calendar, whatever the zone and the season', async (t) => {
  for (const zone of ['America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Auckland', 'UTC']) {
    for (let hour = 0; hour < 24 * 366; hour += 89) {
      const at = Temporal.Instant.from('2026-01-01T00:30:00Z').add({ hours: hour })
      const there = at.toZonedDateTimeISO(zone)
      t.match(writeDateTime(at, zone), `${writeDate(there.toPlainDate())}, ${there.toPlainTime().toString({ smallestUnit: 'minute' })} `)
    }
  }
})

t.test('days stay days and moments are read in the zone that is named', async (t) => {
  t.equal(writeDate('2026-10-21'), 'Oct 21, 2026')
  t.equal(writeDate('2026-10-21', undefined, 'long'), 'Wednesday, Oct 21, 2026')
  t.equal(writeDate('2025-10-01T03:55:00Z', zone, 'short'), 'Sep 30', 'the evening before in New York')
  t.equal(writeDateTime('2026-10-20T14:42:00Z', zone), 'Oct 20, 2026, 10:42 EDT')
  t.equal(writeDateTime(new Date('2026-12-20T14:42:00Z'), zone), 'Dec 20, 2026, 09:42 EST')
  t.equal(writeMachine('2026-10-21'), '2026-10-21')
  t.throws(() => writeDate(new Date()), /zone/)
  t.throws(() => writeDateTime('2026-10-21', zone), /not a moment/)
  t.equal(render("{{date day style='short'}}", { day: '2026-10-21' }), '<time datetime="2026-10-21" title="Wednesday, Oct 21, 2026">Oct 21</time>')
  t.equal(render('{{date day}}{{dateTime day zone}}{{ago day zone}}', { day: null, zone }), '')
})

t.test('relative time has one unit and the exact time on hover', async (t) => {
  const now = '2026-10-26T12:00:00Z'
  const cases = { '2026-10-26T11:59:30Z': 'now', '2026-10-26T11:55:00Z': '5 min', '2026-10-26T09:01:00Z': '2 h', '2026-10-20T12:00:00Z': '6 d', '2026-10-26T15:00:00Z': 'in 3 h' }
  for (const [moment, words] of Object.entries(cases)) t.equal(writeAgo(moment, now), words)
  t.equal(render('{{ago at zone now=now}}', { at: '2026-10-20T12:00:00Z', zone, now }), '<time datetime="2026-10-20T12:00:00Z" title="Oct 20, 2026, 08:00 EDT">6 d</time>')
})

t.test('numbers, sizes and plurals read as people write them', async (t) => {
  t.equal(render('{{number 1284}} {{number 2.5 digits=1}} {{number 0}}'), '1,284 2.5 0')
  t.strictSame([0, 1, 999, 1000, 411_600, 999_950, 7_400_000, 12_000_000, 5 * 1000 ** 3].map(bytes),
    ['0 bytes', '1 byte', '999 bytes', '1 kB', '412 kB', '1 MB', '7.4 MB', '12 MB', '5 GB'])
  t.strictSame([plural(1, 'file'), plural(1284, 'file'), plural(0, 'entry', 'entries')], ['1 file', '1,284 files', '0 entries'])
  t.equal(shortHash('9f2c61d0aaaaaaaaaaaa7be4'), '9f2c…7be4')
  t.equal(render("{{join list}} {{join list ' · '}}", { list: ['<a>', 'b'] }), '&lt;a&gt;, b &lt;a&gt; · b')
})

t.test('initials come from the first and the last name, in any script', async (t) => {
  t.strictSame(['Priya Natarajan', 'Cher', ' Mary Ann de la Cruz ', 'Łukasz Żak', '李 小龙', '', '…'].map(initials), ['PN', 'C', 'MC', 'ŁŻ', '李小', '?', '?'])
})

t.test('characters that hide or turn text round are written out', async (t) => {
  t.equal(visible('invoice\u202Efdp.exe'), 'invoice‹U+202E›fdp.exe')
  for (const hidden of ['\u0000', '\u001B', '\u007F', '\u200B', '\u200F', '\u2028', '\u2066', '\uFEFF', '\uD800', '\u{E0041}']) {
    t.match(visible(`a${hidden}b`), /^a‹U\+[0-9A-F]{4,6}›b$/)
  }
  t.equal(visible('Größe – 李.pdf'), 'Größe – 李.pdf')
})

t.test('an address leads to this site, or to the web, or nowhere', async (t) => {
  for (const url of ['/', '/a/b?c=d', '?page=2', '#main']) t.equal(render('{{{path url}}}', { url }), url)
  for (const url of ['//elsewhere', '/\\elsewhere', 'https://elsewhere', 'javascript:alert(1)', '', 'a', '/a b', '/a\nb', '\t/a']) t.throws(() => render('{{path url}}', { url }), url)
  for (const url of ['javascript:alert(1)', 'data:text/html,x', ' java\nscript:x', 'file:///a', 'nothing']) t.equal(render('{{web url}}', { url }), '#')
  t.equal(render('{{{web url}}}', { url: 'https://a.example/?b=c' }), 'https://a.example/?b=c')
  t.throws(() => render("{{asset '../server/main.ts'}}"))
})

t.test('a bar shows parts of a whole without inline style', async (t) => {
  const html = render("{{bar of=60 plum=18 green=24 label='24 accepted'}}")
  t.equal(html, '<svg class="bar" role="img" aria-label="24 accepted"><rect class="green" x="0%" width="40%" height="100%"/><rect class="plum" x="40%" width="30%" height="100%"/></svg>')
  t.match(render("{{bar of=0 green=0 label='Nothing yet'}}"), 'width="0%"')
})

t.test('every zone can be chosen, with its present name where clients sit first', async (t) => {
  const choices = zoneChoices('2026-07-01T00:00:00Z')
  t.strictSame(choices[0], { value: 'America/New_York', label: 'New York (EDT)' })
  t.equal(new Set(choices.map(({ value }) => value)).size, choices.length)
  t.ok(choices.length > 400)
})
